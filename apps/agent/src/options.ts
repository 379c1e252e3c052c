import { parseArgs } from 'node:util';
import { DomainError } from '@vitrine/protocol';

export type AgentOptions = {
  command: 'run' | 'join';
  stateDir: string;
  runDir: string;
  cgroupParent: string;
  hubUrl: string | undefined;
  joinToken: string | undefined;
  /** What the host is called; its hostname when left out. */
  name: string | undefined;
  shimPath: string | undefined;
  busyboxPath: string | undefined;
  logLevel: string;
};

export const USAGE = `vitrine-agent: makes and watches the containers of this host

  main.ts [run] [options]                  serve, and stay connected to the hub if there is one
  main.ts join --hub-url URL --token T     enrol this host with a hub, then end

  --state-dir DIR       what must last: records, images, journal, key     (/var/lib/vitrine)
  --run-dir DIR         sockets and tasks                                 (/run/vitrine)
  --cgroup-parent NAME  directory of the containers' cgroups              (vitrine)
  --hub-url URL         the hub, as in https://hub.example:7080
  --join-token TOKEN    enrol with it first, if this host is not enrolled
  --name NAME           what to call this host                            (its hostname)
  --shim PATH           the shim's binary
  --busybox PATH        a static busybox, to make the starter image of
  --log-level LEVEL     debug, info, warn, error                          (info)`;

const text = { type: 'string' } as const;

export function readOptions(argv: readonly string[]): AgentOptions | 'help' {
  const { values, positionals } = parse(argv);
  if (values.help === true) return 'help';
  const command = positionals[0] ?? 'run';
  if ((command !== 'run' && command !== 'join') || positionals.length > 1) {
    throw usage(`"${positionals.join(' ')}" is not a command`);
  }
  const hubUrl = values['hub-url'] ?? values.hub;
  const joinToken = values['join-token'] ?? values.token;
  if (hubUrl !== undefined && !URL.canParse(hubUrl)) throw usage(`"${hubUrl}" is not a URL`);
  if (command === 'join' && (hubUrl === undefined || joinToken === undefined)) {
    throw usage('join needs --hub-url and --token');
  }
  return {
    command,
    stateDir: values['state-dir'] ?? '/var/lib/vitrine',
    runDir: values['run-dir'] ?? '/run/vitrine',
    cgroupParent: values['cgroup-parent'] ?? 'vitrine',
    hubUrl,
    joinToken,
    name: values.name,
    shimPath: values.shim,
    busyboxPath: values.busybox,
    logLevel: values['log-level'] ?? 'info',
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        'state-dir': text,
        'run-dir': text,
        'cgroup-parent': text,
        'hub-url': text,
        hub: text,
        'join-token': text,
        token: text,
        name: text,
        shim: text,
        busybox: text,
        'log-level': text,
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

const usage = (message: string): DomainError =>
  new DomainError('invalid-input', { message: `${message}.`, mend: 'Ask for "--help".' });
