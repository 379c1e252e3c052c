import { exitLabel, exitTone, type ContainerSummary } from '@vitrine/protocol';
import { StateBadge, type Tone } from '@vitrine/ui';
import {
  CircleDot,
  CirclePlay,
  CircleStop,
  CircleX,
  LoaderCircle,
  MemoryStick,
  CircleHelp,
  type LucideIcon,
} from 'lucide-react';

type State = { tone: Tone; word: string; icon: LucideIcon };

const TONE_OF_EXIT = { neutral: 'idle', bad: 'bad', unknown: 'unknown' } as const;

/** Red is for what nobody asked for; exit 0 and what somebody stopped is neutral. */
export function containerState({ status, exit }: Pick<ContainerSummary, 'status' | 'exit'>): State {
  switch (status) {
    case 'creating':
      return { tone: 'warn', word: 'creating', icon: LoaderCircle };
    case 'created':
      return { tone: 'make', word: 'created', icon: CircleDot };
    case 'running':
      return { tone: 'run', word: 'running', icon: CirclePlay };
    case 'stopped': {
      if (exit === null) return { tone: 'unknown', word: 'stopped', icon: CircleHelp };
      const tone = TONE_OF_EXIT[exitTone(exit)];
      const icon =
        exit.kind === 'oom' ? MemoryStick : tone === 'bad' ? CircleX : tone === 'idle' ? CircleStop : CircleHelp;
      return { tone, word: exitLabel(exit), icon };
    }
  }
}

type ContainerStateBadgeProps = { container: Pick<ContainerSummary, 'status' | 'exit'>; className?: string };

export const ContainerStateBadge = ({ container, className }: ContainerStateBadgeProps) => (
  <StateBadge {...containerState(container)} {...(className === undefined ? {} : { className })} />
);
