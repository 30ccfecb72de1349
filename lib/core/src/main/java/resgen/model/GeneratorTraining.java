package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import resgen.codec.Codec;
import resgen.codec.Hashes;
import resgen.codec.Tokens;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.nn.Parameters;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.quantize.TokenStatistics;
import resgen.settings.Json;
import resgen.token.Batches;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.torch.Torch;
import resgen.train.Checkpoint;
import resgen.train.Trainable;
import resgen.train.Training;

/**
 * The training of a generator (paper, section 3.2): masks are drawn, the network sees what is
 * visible, and the head's loss is of what is to be predicted. A step reads nothing from Java's
 * memory and writes nothing there.
 */
public final class GeneratorTraining implements Trainable, AutoCloseable {

  /** How many samples validation uses at most. */
  private static final int VALIDATION = 1000;

  private static final int VALIDATION_BATCH = 100;

  private final Recipe recipe;
  private final NDManager manager = Torch.manager();
  private final Model model;
  private final TokenBatches tokens;
  private final Tokens held;
  private final TokenBatches validation; // null if nothing is held back
  private final Noise noise;
  private final Map<String, String> inputs = new LinkedHashMap<>();
  private Keys masks;
  private Keys classes;
  private int batch = -1; // of the keys
  private Optional<Parameters> start = Optional.empty();

  /**
   * A model at its start.
   *
   * @param validation tokens to validate on
   * @param seed of the initial weights, masks, order and dropped conditions
   */
  public GeneratorTraining(Recipe recipe, Tokens tokens, Tokens validation, long seed) {
    this.recipe = recipe;
    model = recipe.model().build(Parameters.on(manager, seed), tokens.codebooks().on(manager));
    model.start(TokenStatistics.of(tokens.codes(), tokens.lengths(), tokens.codebooks()));
    this.tokens = new TokenBatches(manager, tokens, model.conditioner());
    held = validation;
    inputs.put("data", tokens.fingerprint());
    inputs.put("validation", validation.fingerprint());
    inputs.put(
        "tokenizer",
        tokens.codec().map(Codec::fingerprint).orElseGet(() -> tokens.codebooks().fingerprint()));
    inputs.put(Checkpoint.CLASSES, Json.line(tokens.classNames()));
    this.validation =
        validation.size() == 0
            ? null
            : new TokenBatches(
                manager,
                validation.range(0, Math.min(VALIDATION, validation.size())),
                model.conditioner());
    noise = Noise.of(seed).fork(fork(recipe.model().label()));
  }

  /** What each model's noise has been called since the first one. */
  private static String fork(String label) {
    return switch (label) {
      case "direct-tokens" -> "direct";
      case "depthwise-maskgit" -> "depthwise";
      default -> label;
    };
  }

  /** Starts from trained weights instead, for a further cycle of training. */
  public void startFrom(Parameters trained) {
    model.parameters().load(trained.arrays());
    start = Optional.of(trained);
  }

  /** Fingerprints of tokens, codec and the weights that it started from; names of the classes. */
  @Override
  public Map<String, String> inputs() {
    Map<String, String> all = new LinkedHashMap<>(inputs);
    start.ifPresent(weights -> all.put("start model", fingerprint(weights)));
    return all;
  }

  private static String fingerprint(Parameters weights) {
    MessageDigest digest = Hashes.digest();
    weights
        .arrays()
        .forEach(
            (name, array) -> {
              digest.update(name.getBytes(StandardCharsets.UTF_8));
              digest.update(Torch.bytes(array));
            });
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public Recipe settings() {
    return recipe;
  }

  /** {@inheritDoc} Also as an older version wrote them. */
  @Override
  public boolean isOf(String json) {
    return Recipe.read(json).equals(recipe);
  }

  @Override
  public Parameters parameters() {
    return model.parameters();
  }

  /** The model under training. */
  public Model model() {
    return model;
  }

  /** {@inheritDoc} All but one whose recomputed blocks draw dropout from seeds of Java's. */
  @Override
  public boolean isFixed() {
    return !(recipe.model().backbone().recompute() && recipe.model().backbone().dropout() > 0);
  }

  @Override
  public void prepare(Training training, long step) {
    prepare(training, step, true);
  }

  private void prepare(Training training, long step, boolean follows) {
    tokens.prepare(training, step, follows);
    keys(training.batch());
  }

  @Override
  public Loss loss(Training training, long step, int from, int count) {
    if (tokens.ready() != step) { // a loss by itself
      prepare(training, step, false);
    }
    Phases.enter("masks");
    TokenBatches.Batch own = tokens.of(training, from, count);
    Mask whole = // [batch, L, D]
        model.masks(recipe.objective(), masks, tokens.lengths(training));
    NDArray dropped =
        Kernel.of("batches")
            .call("below", classes.doubles(1).reshape(-1), recipe.objective().conditionDrop())
            .head(); // [batch]
    NDList condition =
        model.conditioner().without(own.condition(), dropped.get(from + ":" + (from + count)));
    Target target =
        Target.of(
            model.codebooks(),
            own.codes(),
            count == training.batch() ? whole : whole.rows(from, count),
            whole,
            training.accumulate());
    NDArray hidden = model.hidden(target, condition, own.ends(), true); // [B, L, W]
    Phases.enter("head");
    return model.head().loss(hidden, target, recipe.objective());
  }

  /** Streams of a step: masks and dropped conditions of sample b depend on the step and b alone. */
  private void keys(int size) {
    if (size != batch) {
      NDArray places = Torch.kept(manager.arange(0, size, 1, ai.djl.ndarray.types.DataType.INT64));
      masks = Keys.of(noise.fork("masks"), tokens.step(), places);
      classes = Keys.of(noise.fork("classes"), tokens.step(), places);
      batch = size;
    }
  }

  @Override
  public void afterStep(Training training, long step) {
    tokens.advance();
  }

  /**
   * {@code validation_nll}: nats per token that is predicted, under masks that are always the same.
   * Of a masked model how much it makes of context, see {@link ContextGain}; of a causal one {@code
   * depth1_nll}, nats of the depth-1 codes at position i mod L of sample i.
   */
  @Override
  public Map<String, Double> validate(Training training) {
    if (validation == null) {
      return Map.of();
    }
    double sum = 0;
    double count = 0;
    double first = 0;
    boolean causal = model instanceof CausalModel;
    for (int[] rows : Batches.inOrder(validation.size(), VALIDATION_BATCH)) {
      float[] numbers = Torch.scoped(() -> likelihood(rows[0], rows.length, causal));
      sum += numbers[0];
      count += numbers[1];
      first += numbers[2];
    }
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("validation_nll", sum / count);
    if (causal) {
      values.put("depth1_nll", first / validation.size());
    } else {
      ContextGain gain = ContextGain.of(model, held, ContextGain.SAMPLES, 1.0);
      values.put("depth1_all_masked", gain.allMasked());
      values.put("depth1_one_masked", gain.oneMasked());
      values.put("context_gain", gain.gain());
    }
    return values;
  }

  private float[] likelihood(int from, int count, boolean causal) {
    TokenBatches.Batch own = validation.range(from, count);
    NDArray first = Torch.longs(manager, new int[] {from}, 1);
    NDArray places = manager.arange(0, count, 1, ai.djl.ndarray.types.DataType.INT64);
    Keys keys = Keys.of(Noise.of(0).fork("validation"), first, places);
    Mask mask = model.masks(recipe.objective(), keys, own.lengths());
    Target target = Target.of(model.codebooks(), own.codes(), mask);
    NDArray hidden = model.hidden(target, own.condition(), own.ends(), false);
    float nll = Torch.number(model.head().likelihood(hidden, target));
    float tokens = Torch.number(mask.tokens());
    float depth1 =
        causal ? ContextGain.firstCode(model, target, hidden, own.lengths(), from, 1.0) : 0;
    return new float[] {nll, tokens, depth1};
  }

  @Override
  public void close() {
    model.parameters().close();
    manager.close();
  }
}
