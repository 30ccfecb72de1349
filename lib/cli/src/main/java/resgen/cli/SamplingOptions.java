package resgen.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import resgen.Generator;
import resgen.model.MaskedModel;
import resgen.sample.Sampling;
import resgen.settings.Overrides;
import resgen.settings.Range;
import resgen.torch.Torch;

/** How samples are drawn. */
final class SamplingOptions {

  private static final int STEPS = 28;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--steps",
      paramLabel = "T",
      description =
          "Unmasking steps (28; of a model that unmasks each position by itself, its depths at"
              + " most).")
  private Integer steps;

  @Option(
      names = "--guidance",
      paramLabel = "START:END",
      description = "Weight of guidance, from the first step to the last, such as 0.02:2.4 (none).")
  private String guidance;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Keep the likeliest mixture components with this mass, in (0, 1] (1).")
  private Double topP;

  @Option(
      names = "--temperature",
      paramLabel = "TAU",
      description = "Of the order of unmasking (0.4375 times the codes' dimension).")
  private Double temperature;

  @Option(names = "--seed", paramLabel = "N", description = "Of all noise (0).")
  private Long seed;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "Samples at once (64; on a GPU as many as fit). In float32 it changes no sample from four on;"
              + " samples drawn fewer than four at a time may differ from those of larger batches, in"
              + " bfloat16 more often.")
  private Integer batch;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Change another setting by its path, such as pace.schedule=exp.")
  private Map<String, String> changes = new LinkedHashMap<>();

  SamplingOptions() {}

  /** The settings for a model. */
  Sampling sampling(Generator model) {
    boolean byPosition = !(model.model() instanceof MaskedModel);
    int usual = byPosition ? Math.min(STEPS, model.spec().tokens().depth()) : STEPS;
    return sampling(model, Sampling.steps(usual));
  }

  /** The settings for a model, where what no option says is as usual. */
  Sampling sampling(Generator model, Sampling usual) {
    Sampling s = sampling(usual);
    Usage.run(
        spec, () -> model.costModel(s)); // what does not fit the model is told before the work
    boolean chosen = batch != null || changes.containsKey("batchSize");
    return chosen || !Torch.device().isGpu() ? s : s.batchSize(Sampling.AUTO);
  }

  /** The settings, before the model is there. */
  Sampling sampling() {
    return sampling(Sampling.steps(STEPS));
  }

  private Sampling sampling(Sampling usual) {
    return Usage.check(
        spec,
        () -> {
          Sampling s = steps == null ? usual : usual.withSteps(steps);
          s = guidance == null ? s : guided(s);
          s = topP == null ? s : s.topP(topP);
          s = temperature == null ? s : s.temperature(temperature);
          s = seed == null ? s : s.seed(seed);
          if (batch != null) {
            Range.check("--batch", batch, 1, Integer.MAX_VALUE);
            s = s.batchSize(batch);
          }
          return Overrides.apply(s, Sampling.class, changes);
        });
  }

  private Sampling guided(Sampling s) {
    String[] ends = guidance.split(":", -1);
    try {
      if (ends.length == 2) {
        return s.guidance(Double.parseDouble(ends[0]), Double.parseDouble(ends[1]));
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "--guidance '" + guidance + "' is not two numbers START:END, such as 0.02:2.4");
  }
}
