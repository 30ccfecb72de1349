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
final class Program {

  private Program() {}

  /** Whole positions are masked: all depths of one or none. */
  record Columns() implements MaskLaw {
    @Override
    public Mask draw(TokenSpec spec, Schedule schedule, Keys keys, NDArray lengths) {
      NDArray u = keys.doubles(1 + spec.positions()); // [B, 1 + L]
      NDArray share = schedule.counts(u.get(":, 0"), lengths, 1).div(spec.positions()); // [B]
      NDArray shown = u.get(":, 1:").gte(share.expandDims(1)); // [B, L]
      return Mask.of(shown.expandDims(2).repeat(2, spec.depth()), lengths); // [B, L, D]
    }

    @Override
    public NDArray reveal(NDArray visible, NDArray scores, NDArray maskedAfter) {
      return MaskLaw.prefix().reveal(visible, scores, maskedAfter);
    }

    @Override
    public String text() {
      return "columns";
    }
  }

  /** A scalar for every code: its log-probability whatever the hidden state. */
  record Unigram(double deviation) implements HeadSpec {
    @Override
    public Head build(Context c) {
      TokenSpec t = c.tokens();
      return new Counts(
          c.parameters().scope("head").add("logits", Init.normal(deviation), t.depth(), t.codes()),
          t);
    }
  }

  /** What {@link Unigram} declares. */
  record Counts(NDArray logits, TokenSpec tokens) implements Head {
    private NDArray losses(Target target) { // [B, L, D]
      NDArray one = target.codes().oneHot(tokens.codes()); // [B, L, D, V]
      return one.mul(logits.logSoftmax(1)).sum(new int[] {3}).neg();
    }

    @Override
    public Trainable.Loss loss(NDArray hidden, Target target, Objective how) {
      return Trainable.Loss.of(target.perToken(losses(target)));
    }

    @Override
    public NDArray likelihood(NDArray hidden, Target target) {
      return target.sumOfTokens(losses(target));
    }

    @Override
    public Proposal draw(NDArray hidden, Target target, How how, Keys keys) {
      int b = (int) hidden.getShape().get(0);
      int l = tokens.positions();
      NDArray gumbel = keys.fork("code").gumbels(l * how.depths() * tokens.codes());
      NDArray noise = gumbel.toType(logits.getDataType(), false);
      NDArray some = logits.get(how.first() + ":" + (how.first() + how.depths())); // [k, V]
      NDArray scores = noise.reshape(b, l, how.depths(), tokens.codes()).add(some);
      return new Proposal(scores.argMax(3), null, scores);
    }

    @Override
    public NDArray firstCode(NDArray hidden, double noiseScale, long seed) {
      return logits.get("0:1").logSoftmax(1).repeat(0, hidden.getShape().get(0));
    }

    @Override
    public int confidenceTerms() {
      return 1;
    }

    @Override
    public double flops(int positions, int depths) {
      return 0;
    }
  }
}
