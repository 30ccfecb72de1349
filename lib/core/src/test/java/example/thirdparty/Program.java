package example.thirdparty;

import ai.djl.ndarray.NDArray;
import resgen.head.Head;
import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.nn.Init;
import resgen.noise.Keys;
import resgen.token.TokenSpec;
import resgen.train.Trainable;

/** A program of somebody else's: a mask law and a head of its own, of the public API alone. */
interface Program {

  /** Whole positions are masked in training: all depths of one or none. */
  record Columns(String text) implements MaskLaw {
    @Override
    public Mask draw(TokenSpec spec, Schedule schedule, Keys keys, NDArray lengths) {
      NDArray u = keys.doubles(1 + spec.positions()); // [B, 1 + L]
      NDArray share = schedule.counts(u.get(":, 0"), lengths, 1).div(spec.positions()); // [B]
      NDArray shown = u.get(":, 1:").gte(share.expandDims(1)); // [B, L]
      return Mask.of(shown.expandDims(2).repeat(2, spec.depth()), lengths); // [B, L, D]
    }
  }

  /** A probability for every code of every depth, whatever the hidden state. */
  record Unigram(double deviation) implements HeadSpec {
    @Override
    public Head build(Context c) {
      TokenSpec t = c.tokens();
      return new Counts(
          c.parameters().add("head.logits", Init.normal(deviation), t.depth(), t.codes()));
    }
  }

  /** The head of {@link Unigram}; its logits are {@code [D, V]}. */
  record Counts(NDArray logits) implements Head {
    @Override
    public Trainable.Loss loss(NDArray hidden, Target target, Objective how) {
      NDArray one = target.codes().oneHot((int) logits.getShape().get(1)); // [B, L, D, V]
      NDArray losses = one.mul(logits.logSoftmax(1)).sum(new int[] {3}).neg(); // [B, L, D]
      return Trainable.Loss.of(target.perToken(losses));
    }

    @Override
    public Proposal draw(NDArray hidden, Target target, How how, Keys keys) {
      NDArray some = logits.get(how.first() + ":" + (how.first() + how.depths())); // [k, V]
      long l = hidden.getShape().get(1);
      NDArray noise = keys.gumbels((int) (l * some.size()));
      NDArray scores = noise.reshape(-1, l, how.depths(), logits.getShape().get(1)).add(some);
      return new Proposal(scores.argMax(3), null, scores); // codes of the largest scores
    }
  }
}
