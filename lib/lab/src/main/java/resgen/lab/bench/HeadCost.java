package resgen.lab.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import resgen.codec.Tokens;
import resgen.head.Draw;
import resgen.head.Head;
import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.mask.Reveal;
import resgen.mask.Schedule;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.Recipe;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.token.TokenSpec;
import resgen.torch.Precision;
import resgen.torch.Torch;

/**
 * What a head costs at a model's sizes, the backbone left out: the draw of one sample's tokens, all
 * of them masked, quantized where a sum is drawn; and loss and gradients of a training batch, those
 * of the hidden states included. Weights and tokens are random.
 *
 * @param kind which head
 * @param parameters how many numbers it learns
 * @param drawFlops operations of a sample's draw, two for each multiply-add; NaN if not told
 * @param backboneFlops of the backbone before it, once over all positions
 * @param draw of one sample
 * @param training of {@value #BATCH} samples
 */
public record HeadCost(
    Kind kind,
    long parameters,
    double drawFlops,
    double backboneFlops,
    Timing draw,
    Timing training) {

  /** Samples of a training batch. */
  public static final int BATCH = 4;

  private static final int HUGE = 1 << 16; // codes of the vocabulary that the paper compares with

  /**
   * A head that is compared.
   *
   * @param name as results call it
   * @param spec its settings
   * @param tokens that it is for
   * @param objective of its training
   */
  public record Kind(String name, HeadSpec spec, TokenSpec tokens, Objective objective) {}

  /** Sizes of tokens and hidden states, the paper's first. */
  public static final List<String> PRESETS = List.of("paper-rvq16", "tiny");

  /**
   * Measures all heads at a preset's sizes, by turns; the paper's own is the first.
   *
   * @param preset of {@link #PRESETS}
   * @param precision {@code fp32}, {@code bf16} or {@code auto}
   */
  public static List<HeadCost> of(String preset, String precision, Timing.Plan plan) {
    boolean paper = preset.equals("paper-rvq16");
    TokenSpec tokens = paper ? Family.PAPER_TOKENS : BenchPreset.tokens(2, 4, 16, 8);
    Transformer.Settings backbone =
        Family.of("resgen").preset(preset).of(tokens, new ConditionSpec.None()).model().backbone();
    return of(kinds(tokens, paper ? HUGE : 64), backbone, precision, plan);
  }

  /**
   * The heads for tokens.
   *
   * @param huge codes of the head with one code a position
   */
  private static List<Kind> kinds(TokenSpec tokens, int huge) {
    int codes = tokens.codes();
    int rank = Math.max(1, tokens.dimension() / 8); // h of H, as the paper has it for audio
    TokenSpec single = new TokenSpec(tokens.layout(), 1, huge, tokens.dimension());
    Objective paper = new Objective(Schedule.circle(), 0, Objective.Bound.paper());
    return List.of(
        new Kind("mixture-full", HeadSpec.Mixture.full(codes), tokens, paper),
        new Kind("mixture-low-rank", HeadSpec.Mixture.lowRank(codes, rank), tokens, paper),
        member("mixture-anchored", "resgen", "small-anchored", tokens),
        member("mixture-codes", "resgen", "small", tokens),
        new Kind("one-gaussian", HeadSpec.Mixture.full(1), tokens, paper),
        member("softmax-each-depth", "direct-tokens", "small", tokens),
        member("softmax-one-code", "direct-tokens", "small", single));
  }

  /** Head and objective of a model of the family, whatever its backbone. */
  private static Kind member(String name, String label, String preset, TokenSpec tokens) {
    Recipe recipe = Family.of(label).preset(preset).of(tokens, new ConditionSpec.None());
    return new Kind(name, recipe.model().head(), tokens, recipe.objective());
  }

  /** A head by itself, on made-up hidden states. */
  private static final class Alone implements AutoCloseable {
    final Parameters parameters;
    final Head head;
    final Kind kind;
    final Target target;
    final NDArray hidden; // [B, L, W]
    final Keys keys;

    Alone(NDManager manager, Kind kind, Transformer.Settings backbone, String precision, int size) {
      this.kind = kind;
      TokenSpec t = kind.tokens();
      parameters = Parameters.repeating(manager, 0);
      Tokens tokens = RandomTokens.tokens(manager, t, size);
      Codebooks books = tokens.codebooks();
      NDArray scale = Torch.floats(manager, new float[] {1}, 1);
      head =
          kind.spec()
              .build(
                  new HeadSpec.Context(
                      parameters, t, backbone, Precision.of(precision), books, scale));
      int[] codes = tokens.codes().rows(IntStream.range(0, size).toArray());
      NDArray array = Torch.longs(manager, codes, size, t.positions(), t.depth()); // [B, L, D]
      target = Target.of(books, array, Mask.of(array.neq(array)));
      float[] values = Noise.of(5).stream(0).gaussians(size * t.positions() * backbone.width());
      hidden = Torch.floats(manager, values, size, t.positions(), backbone.width());
      keys = Keys.of(Noise.of(6), manager.arange(0, size, 1, DataType.INT64));
    }

    void draw() {
      Torch.scoped(
          () -> {
            Head.How how =
                new Head.How(new Draw(0.95, 1, 1), Reveal.RANDOM, 0, kind.tokens().depth());
            return Torch.codes(head.draw(hidden, target, how, keys).codes());
          });
    }

    void train() {
      GeneratorTasks.gradients(() -> head.loss(hidden, target, kind.objective()).total());
      parameters.trained().values().forEach(a -> a.getGradient().close());
      hidden.getGradient().close();
    }

    @Override
    public void close() {
      parameters.close();
    }
  }

  private static List<HeadCost> of(
      List<Kind> kinds, Transformer.Settings backbone, String precision, Timing.Plan plan) {
    List<Task> tasks = new ArrayList<>();
    for (Kind kind : kinds) {
      tasks.add(
          new Task(
              kind.name(),
              "samples",
              1,
              0,
              0,
              (manager, closing) -> {
                Alone alone = new Alone(manager, kind, backbone, precision, 1);
                closing.push(alone::close);
                alone.parameters.freeze();
                return alone::draw;
              }));
      tasks.add(
          new Task(
              kind.name(),
              "samples",
              BATCH,
              0,
              0,
              (manager, closing) -> {
                Alone alone = new Alone(manager, kind, backbone, precision, BATCH);
                closing.push(alone::close);
                alone.hidden.setRequiresGradient(true);
                return alone::train;
              }));
    }
    List<Timing> timings = Timing.of(tasks, plan, false);
    return IntStream.range(0, kinds.size())
        .mapToObj(i -> of(kinds.get(i), backbone, timings.get(2 * i), timings.get(2 * i + 1)))
        .toList();
  }

  private static HeadCost of(
      Kind kind, Transformer.Settings backbone, Timing draw, Timing training) {
    TokenSpec t = kind.tokens();
    double l = t.positions();
    try (NDManager manager = Torch.manager();
        Alone alone = new Alone(manager, kind, backbone, "fp32", 1)) {
      return new HeadCost(
          kind,
          alone.parameters.trained().values().stream().mapToLong(NDArray::size).sum(),
          alone.head.flops(t.positions(), t.depth()),
          backbone.flops(l, l * l),
          draw,
          training);
    }
  }

  /**
   * A row of results.
   *
   * @param first that it is compared with
   */
  public Map<String, Object> row(String preset, HeadCost first, Machine machine) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("preset", preset);
    row.put("head", kind.name());
    row.put("positions", kind.tokens().positions());
    row.put("depth", kind.tokens().depth());
    row.put("codes", kind.tokens().codes());
    row.put("parameters", parameters);
    row.put("draw_gflop", Double.isNaN(drawFlops) ? null : (float) (drawFlops / 1e9));
    row.put("backbone_gflop", (float) (backboneFlops / 1e9));
    row.put("rounds", draw.rounds().size());
    draw.wall().put(row, "draw", "_ms", 1e3);
    draw.over(first.draw, Stopwatch.Elapsed::wall).put(row, "draw_ratio", "", 1);
    training.wall().put(row, "training", "_ms", 1e3);
    training.over(first.training, Stopwatch.Elapsed::wall).put(row, "training_ratio", "", 1);
    row.putAll(machine.columns());
    return row;
  }
}
