package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import resgen.head.Head;
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.nn.Parameters;
import resgen.noise.Keys;
import resgen.quantize.Codebooks;
import resgen.quantize.TokenStatistics;

/** A generator's network: what comes before the head, and the head. */
public sealed interface Model permits MaskedModel, CausalModel {

  /** What it is. */
  ModelSpec spec();

  /** Its parameters. */
  Parameters parameters();

  /** The frozen codebooks of its tokens; null in a plan. */
  Codebooks codebooks();

  /** What embeds its conditions. */
  Conditioner conditioner();

  /** What is made of its hidden states. */
  Head head();

  /**
   * The masks of a training batch.
   *
   * @param how the schedule
   * @param keys a stream for each sample
   * @param lengths positions of each sample that hold tokens, {@code [B]} int64
   */
  Mask masks(Objective how, Keys keys, NDArray lengths);

  /**
   * The hidden states that the head reads.
   *
   * @param target tokens and masks
   * @param condition as {@link Conditioner#upload} makes it
   * @param lengths positions of each sample that hold tokens, {@code [B]} int64; null for all
   * @param training whether dropout applies
   * @return {@code [B, L, W]}
   */
  NDArray hidden(Target target, NDList condition, NDArray lengths, boolean training);

  /** Starts what depends on the data: the input's scale, and what the head starts. */
  void start(TokenStatistics statistics);

  /** Operations of one sample's way to the head, two for each multiply-add. */
  double flops();

  /** The manager that owns it. */
  default NDManager manager() {
    return parameters().manager();
  }
}
