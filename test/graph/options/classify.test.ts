import { Side } from '../../../graph/records/mbo';
import { Right } from '../../../graph/options/black76';
import { aggressorSign, Kind, kindOf } from '../../../graph/options/classify';

describe('classification of option trades', () => {
  it('takes the side of a trade for that of its aggressor', () => {
    expect(aggressorSign(Side.Bid)).toBe(1);
    expect(aggressorSign(Side.Ask)).toBe(-1);
    expect(aggressorSign(Side.None)).toBe(0);
  });

  it('tells calls and puts from combinations and everything else', () => {
    expect(kindOf('C')).toBe(Right.Call);
    expect(kindOf('P')).toBe(Right.Put);
    expect(kindOf('T')).toBe(Kind.Combination);
    expect(kindOf('M')).toBe(Kind.Combination);
    expect(kindOf('F')).toBe(Kind.Future);
    for (const other of ['S', 'K', '']) expect(kindOf(other)).toBe(Kind.Other);
  });
});
