package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import resgen.codec.Codec;
import resgen.codec.Tokens;
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.nn.BatchPart;
import resgen.nn.Parameters;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.quantize.TokenStatistics;
import resgen.settings.Json;
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

  private final Recipe recipe;
  private final NDManager manager = Torch.manager();
  private final Model model;
  private final TokenBatches tokens;
  private final Validation validation;
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
    this.validation = new Validation(model, recipe.objective(), validation);
    inputs.put("data", tokens.fingerprint());
    inputs.put("validation", validation.fingerprint());
    inputs.put(
        "tokenizer",
        tokens.codec().map(Codec::fingerprint).orElseGet(() -> tokens.codebooks().fingerprint()));
    inputs.put(Checkpoint.CLASSES, Json.line(tokens.classNames()));
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
    start.ifPresent(weights -> all.put("start model", weights.fingerprint()));
    return all;
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
    NDArray dropped =
        Kernel.of("batches")
            .call("below", classes.doubles(1).reshape(-1), recipe.objective().conditionDrop())
            .head(); // [batch]
    Mask whole = masks(tokens.lengths(training), dropped); // [n·batch, L, D]
    NDList condition =
        model.conditioner().without(own.condition(), dropped.get(from + ":" + (from + count)));
    Mask mask = whole.rows(training.batch(), from, count); // [n·B, L, D]
    Mask first = mask.rows(0, count); // [B, L, D]
    Target target = Target.of(model.codebooks(), own.codes(), first, whole, training.accumulate());
    BatchPart part = new BatchPart(from, training.batch());
    NDArray hidden = model.hidden(target, condition, own.ends(), part); // [B, L, W]
    Phases.enter("head");
    int masks = 1 + recipe.objective().furtherMasks();
    if (masks > 1) {
      long[] again = {masks, 1, 1};
      NDArray codes = own.codes().tile(again);
      target = Target.of(model.codebooks(), codes, mask, whole, training.accumulate());
      hidden = hidden.tile(again); // [n·B, L, W]
    }
    return model.head().loss(hidden, target, recipe.objective());
  }

  /** The masks of samples of these lengths, behind their prompts if there are any. */
  private Mask masks(NDArray lengths, NDArray dropped) {
    Objective how = recipe.objective();
    if (how.prompts() == 0) {
      return model.masks(how, masks, lengths);
    }
    NDArray prompts = // [batch]
        Kernel.of("masks")
            .call("prompts", masks.fork("prompts").doubles(2), lengths, dropped, how.prompts())
            .head();
    return model.masks(how, masks, lengths.sub(prompts)).behind(prompts);
  }

  /** Streams of a step: masks and dropped conditions of sample b depend on the step and b alone. */
  private void keys(int size) {
    if (size != batch) {
      NDArray places = Torch.kept(manager.arange(0, size, 1, DataType.INT64));
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
   * depth1_nll}, nats of the depth-1 codes at position i mod L of sample i. Empty if nothing is
   * held back.
   */
  @Override
  public Map<String, Double> validate(Training training) {
    return validation.measure();
  }

  @Override
  public void close() {
    model.parameters().close();
    manager.close();
  }
}
