/** Names of the hooks of an instrumented program, which no bundle has. */
export const HOOKS = { before: '$before', after: '$after', leave: '$leave' } as const;
