package resgen.model;

import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.mask.MaskLaw;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.quantize.Codebooks;
import resgen.settings.Range;
import resgen.token.TokenSpec;
import resgen.torch.Precision;

/**
 * What a generator is: one backbone with swapped parts (paper, comparison of the family). How it is
 * trained is its {@link Objective}.
 *
 * @param tokens what it makes
 * @param order in which positions are made
 * @param backbone the transformer's sizes
 * @param head what is made of a hidden state
 * @param condition what it is told of a sample
 * @param precision of its matrix products: {@code fp32}, {@code bf16} or {@code auto}
 */
public record ModelSpec(
    TokenSpec tokens,
    Order order,
    Transformer.Settings backbone,
    HeadSpec head,
    ConditionSpec condition,
    String precision) {

  public ModelSpec {
    Precision.check(precision);
    head.check(tokens);
    boolean causal = order instanceof Order.Causal;
    if (order instanceof Order.Staged) {
      Range.require(tokens.depth() > 1, "depth", tokens.depth(), "2 or more in order Staged");
      Range.require(
          head instanceof HeadSpec.Categorical, "head", head, "Categorical in order Staged");
    }
    if (head.causal() != causal) {
      throw new IllegalArgumentException(
          "head %s %s a causal order"
              .formatted(head.getClass().getSimpleName(), causal ? "does not fit" : "needs"));
    }
  }

  /** With products in another number format. */
  public ModelSpec precision(String format) {
    return new ModelSpec(tokens, order, backbone, head, condition, format);
  }

  /** Declares the model; codebooks are null in a plan. */
  public Model build(Parameters parameters, Codebooks codebooks) {
    if (order instanceof Order.Masked masked) {
      return new MaskedModel(parameters, this, masked, codebooks);
    }
    return order instanceof Order.Staged staged
        ? new StagedModel(parameters, this, staged, codebooks)
        : new CausalModel(parameters, this, codebooks);
  }

  /** Its parameters by part, without memory. */
  public Parameters plan() {
    return plan(Integer.MAX_VALUE);
  }

  /**
   * As {@link #plan()}, if they are not too many.
   *
   * @param most arrays
   * @throws IllegalArgumentException if there are more
   */
  public Parameters plan(int most) {
    Parameters plan = Parameters.plan(most);
    build(plan, null);
    return plan;
  }

  /**
   * Checks that an objective says what the model's training reads, and nothing else.
   *
   * @throws IllegalArgumentException naming the setting
   */
  public void check(Objective objective) {
    boolean masks = head.readsMasking() && !(order instanceof Order.Staged);
    read("masking", objective.masking(), masks);
    read("bound", objective.bound(), head.readsBound());
    if (objective.bound() != null) {
      head.check(objective.bound());
    }
    Range.require(
        objective.furtherMasks() == 0 || order instanceof Order.Causal && head.readsMasking(),
        "objective.furtherMasks",
        objective.furtherMasks(),
        "0 but in a causal order whose head is trained by masks");
  }

  private void read(String name, Object value, boolean reads) {
    if ((value != null) != reads) {
      throw new IllegalArgumentException(
          "objective.%s is %s, but a model with head %s %s it"
              .formatted(
                  name,
                  value == null ? "missing" : "set",
                  head.getClass().getSimpleName(),
                  reads ? "reads" : "does not read"));
    }
  }

  /** How many classes it knows; 0 for conditions without. */
  public int classes() {
    return condition.classes();
  }

  /** The word of the command line and of tables, as {@code direct-tokens}. */
  public String label() {
    boolean mixture = head instanceof HeadSpec.OverSums;
    boolean categorical = head instanceof HeadSpec.Categorical;
    if (order instanceof Order.Masked masked) {
      boolean depthwise = masked.masks().equals(MaskLaw.depthwise());
      return mixture && !depthwise
          ? "resgen"
          : categorical ? depthwise ? "depthwise-maskgit" : "direct-tokens" : "masked-" + word();
    }
    if (order instanceof Order.Staged) {
      return "vall-e";
    }
    return head instanceof HeadSpec.DepthTransformer
        ? "rq-transformer"
        : head instanceof HeadSpec.MixtureMlp ? "ar-resgen" : "causal-" + word();
  }

  private String word() {
    return head.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
  }

  /** The name in text, as {@code Direct tokens}. */
  public String title() {
    return order instanceof Order.Staged ? "VALL-E" : Family.title(label());
  }
}
