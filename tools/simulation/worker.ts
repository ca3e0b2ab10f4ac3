/** A further process of a campaign: takes shares, gives summaries, and ends with its parent. */
import { runShare } from './campaign';
import type { Share } from './campaign';

process.on('message', (share) => process.send?.(runShare(share as Share)));
process.on('disconnect', () => process.exit());
