/** What a list says of servers that were away. */
import Type from 'typebox';

/** The member of a list's schema. */
export const awayProperties = {
  away: Type.Optional(
    Type.Unsafe<readonly string[]>(
      Type.Array(Type.String(), {
        description: 'The servers that were away: what they have is missing. Left out when none was.',
        examples: [['seoul-1']],
      }),
    ),
  ),
};

interface OfAway {
  readonly away?: readonly string[];
}

/** The member of a list's answer; nothing where no server was away. */
export function awayAnswer({ away }: OfAway): OfAway {
  return away === undefined ? {} : { away };
}
