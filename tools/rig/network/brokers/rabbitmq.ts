/**
 * RabbitMQ with its MQTT plug-in. Erlang would start the port mapper of its
 * own, epmd, as a daemon that stays for ever; this one has its own, which goes
 * with it.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOOPBACK, createBrokerProcess, findProgram, freePorts } from './process';
import type { BrokerProcess } from './process';

/** The script itself: the one on the PATH changes the user and takes the system's folders. */
const SCRIPT = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** Milliseconds after which retained messages are on disk: they are written every two seconds. */
const RETAINED = 2500;

/** The script's name, or undefined when it is not installed. */
export function findRabbitmq(): string | undefined {
  return existsSync(SCRIPT) && findProgram(['epmd'], '-names') ? SCRIPT : undefined;
}

/** @throws Error when it is not installed. */
export async function createRabbitmq(): Promise<BrokerProcess> {
  const file = findRabbitmq();
  if (!file) throw new Error('rabbitmq-server is not installed (Debian: apt install rabbitmq-server)');
  const [mqtt = 0, amqp = 0, dist = 0, epmd = 0] = await freePorts(4);
  return createBrokerProcess(
    'rabbitmq',
    mqtt,
    (folder) => {
      const path = (name: string): string => join(folder, name);
      writeFileSync(path('enabled_plugins'), '[rabbitmq_mqtt].\n');
      writeFileSync(
        path('rabbitmq.conf'),
        [
          `listeners.tcp.1 = ${LOOPBACK}:${String(amqp)}`,
          `mqtt.listeners.tcp.1 = ${LOOPBACK}:${String(mqtt)}`,
          'mqtt.allow_anonymous = true',
          'log.file = false',
          '',
        ].join('\n'),
      );
      const env = {
        HOME: folder,
        RABBITMQ_NODENAME: 'rabbitmq@localhost',
        RABBITMQ_MNESIA_BASE: path('mnesia'),
        RABBITMQ_LOG_BASE: path('log'),
        RABBITMQ_ENABLED_PLUGINS_FILE: path('enabled_plugins'),
        RABBITMQ_CONFIG_FILE: path('rabbitmq.conf'),
        RABBITMQ_CONF_ENV_FILE: path('env'),
        RABBITMQ_DIST_PORT: String(dist),
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}',
        ERL_EPMD_PORT: String(epmd),
        ERL_EPMD_ADDRESS: LOOPBACK,
        // The script becomes the broker, in place of one process more that waits for it.
        RUNNING_UNDER_SYSTEMD: 'true',
      };
      return [
        { file: 'epmd', args: ['-address', LOOPBACK, '-port', String(epmd)] },
        { file, args: [], env },
      ];
    },
    () => sleep(RETAINED),
  );
}
