/**
 * How a command ends: one table of exit codes, stable and documented, repeated as `exit` in every `--json` document.
 * Codes below 64 are answers about the drill; 70 and 74 follow sysexits; above 128 a signal ended the command.
 */

export const exitCode = {
  /** All expectations held; no difference; nothing wrong. */
  held: 0,
  /** A negative result: an expectation broke, or two runs differ. */
  negative: 1,
  /** A bad flag, an unknown or ambiguous run. */
  usage: 2,
  /** The scenario does not load, or does not stand up to its checks. */
  scenarioInvalid: 3,
  nothingSelected: 4,
  /** The same inputs gave another digest, or the recording needs another engine. */
  determinismBroken: 5,
  /** The recording is partial, corrupt or unreadable. */
  recordingDamaged: 6,
  /** A budget ran out, a fault touched nothing, an expectation was never tested. */
  inconclusive: 7,
  /** A defect of ours. */
  bug: 70,
  /** The recording or the output cannot be written. */
  unwritable: 74,
  hungUp: 129,
  interrupted: 130,
  terminated: 143
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]
