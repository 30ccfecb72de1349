package resgen.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import resgen.nn.BatchPart;
import resgen.nn.Linear;
import resgen.nn.Parameters;
import resgen.nn.Rotary;
import resgen.nn.Transformer;
import resgen.noise.Noise;
import resgen.torch.Precision;
import resgen.torch.Torch;

/** A small transformer that learns to double its input, with dropout and a state of its own. */
final class TinyModel implements Trainable, AutoCloseable {

  /** What it is made of. */
  record Settings(double dropout, String note) {}

  private static final int L = 3;
  private static final int IN = 4;

  private final Settings settings;
  private final NDManager manager = Torch.manager();
  private final Parameters parameters = Parameters.on(manager, 5);
  private final Linear in;
  private final Transformer body;
  private final Linear out;
  private final Rotary rotary;
  private final NDArray counter;

  /** What it says that it is trained on; null for a model that cannot say it. */
  Map<String, String> inputs = Map.of("data", "d0", "classes", "[a, b]");

  /** Called before each step's loss. */
  LongConsumer atStep = step -> {};

  /** Further numbers of the loss. */
  Function<NDArray, Map<String, NDArray>> more = loss -> Map.of();

  /** Changes the loss. */
  UnaryOperator<NDArray> spoil = loss -> loss;

  /** Called in validation; gives the number. */
  java.util.function.DoubleSupplier validation = () -> 1;

  TinyModel(double dropout) {
    this(new Settings(dropout, "tiny"));
  }

  TinyModel(Settings settings) {
    Torch.threads(1);
    this.settings = settings;
    Transformer.Settings s = new Transformer.Settings(8, 2, 2, 2, 1, settings.dropout(), false);
    in = new Linear(parameters.scope("in"), IN, 8, Precision.FP32);
    body = new Transformer(parameters.scope("body"), s, false, Precision.FP32);
    out = new Linear(parameters.scope("out"), 8, IN, Precision.FP32);
    rotary = Rotary.line(manager, L, s.headWidth());
    counter = Torch.floats(manager, new float[1], 1);
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public Map<String, String> inputs() {
    return Map.copyOf(inputs);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public Map<String, Double> rates() {
    return Map.of("out", .5);
  }

  @Override
  public Loss loss(Training training, long step, int from, int count) {
    atStep.accept(step);
    float[] values = new float[count * L * IN];
    for (int i = 0; i < count; i++) {
      float[] sample = Noise.of(training.seed()).stream(step, from + i).gaussians(L * IN);
      System.arraycopy(sample, 0, values, i * L * IN, L * IN);
    }
    NDArray x = Torch.floats(manager, values, count, L, IN);
    NDArray none = manager.zeros(new ai.djl.ndarray.types.Shape(count, 1, 8, 8));
    NDArray y =
        out.apply(
            body.apply(in.apply(x), none, rotary, null, new BatchPart(from, training.batch())));
    NDArray error = spoil.apply(y.sub(x.mul(2f)).square().mean());
    Map<String, NDArray> parts = new LinkedHashMap<>();
    parts.put("error", error);
    parts.put("twice", error.mul(2f));
    parts.putAll(more.apply(error));
    return new Loss(error, parts);
  }

  @Override
  public void afterStep(Training training, long step) {
    counter.addi(step);
  }

  @Override
  public Map<String, NDArray> state() {
    return Map.of("counter", counter);
  }

  @Override
  public Map<String, Double> validate(Training training) {
    return Map.of("quality", validation.getAsDouble());
  }

  @Override
  public void close() {
    parameters.close();
    manager.close();
  }
}
