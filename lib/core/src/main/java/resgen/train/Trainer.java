package resgen.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import resgen.torch.Deferred;
import resgen.torch.Graphs;
import resgen.torch.Phases;
import resgen.torch.Torch;
import resgen.torch.WeightFile;

/**
 * The training loop: loss, gradients, clip, AdamW, averages; metrics, checkpoints, interrupts.
 *
 * <p>A run with a folder resumes from its last checkpoint and continues bit for bit as if it had
 * never stopped, at a fixed thread count. An interrupted thread ends the run after the step under
 * way, with everything saved.
 */
public final class Trainer implements AutoCloseable {

  /** The files that a run resumes from. */
  public static final WeightFile.Kind CHECKPOINT =
      new WeightFile.Kind("training", 1, "a training checkpoint");

  private static final String COPY = "last.csv"; // the metrics again, as of the last checkpoint

  private final Trainable model;
  private final Training training;
  private final Optional<Path> folder;
  private Optional<RunLock> lock = Optional.empty(); // until the constructor has it
  private final Listener listener;
  private final AdamW adam;
  private final Ema ema;
  private final Metrics metrics = new Metrics();
  private final Meter meter;
  private final Graphs graphs;
  private final Checkpoint checkpoint;
  private long step;
  private double best = Double.POSITIVE_INFINITY;
  private double secondsBefore;

  /**
   * Prepares a run.
   *
   * @param folder for checkpoints ({@code last.safetensors}, {@code best.safetensors}) and {@code
   *     metrics.csv}, with a copy in {@code last.csv}; empty to keep nothing
   * @throws IllegalArgumentException if the folder holds a run of other settings or inputs, naming
   *     all that differ
   * @throws IllegalStateException if another run is writing to the folder
   */
  public Trainer(Trainable model, Training training, Optional<Path> folder, Listener listener) {
    this.model = model;
    this.training = training;
    this.folder = folder;
    this.listener = listener;
    adam = new AdamW(model.parameters(), training.optimizer(), model.rates());
    ema = new Ema(model.parameters(), training.emaDecay());
    meter = new Meter(model.parameters().manager());
    graphs = model.isFixed() ? Graphs.on(model.parameters().manager()) : Graphs.eager();
    Map<String, String> inputs = folder.isPresent() ? model.inputs() : Map.of();
    checkpoint = new Checkpoint(model, inputs, training, adam, ema);
    try {
      lock = folder.map(RunLock::of);
      folder.map(f -> f.resolve("last.safetensors")).filter(Files::exists).ifPresent(this::resume);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void resume(Path last) {
    Checkpoint.Position at = checkpoint.restore(last);
    step = at.step();
    best = at.best();
    metrics.resume(folder.orElseThrow().resolve("metrics.csv"), last.resolveSibling(COPY), step);
    int rows = metrics.rows().size();
    secondsBefore = rows == 0 ? 0 : metrics.rows().get(rows - 1).get("seconds");
  }

  /**
   * Trains until all steps are done or the thread is interrupted.
   *
   * @throws NonFiniteLossException if a loss or a gradient was not finite, noticed when a row of
   *     metrics or a checkpoint is due; the last checkpoint stays as it was
   */
  public Run run() {
    listener.started(step, training.steps());
    long start = System.nanoTime();
    long intervalStart = start;
    long intervalStep = step;
    boolean interrupted = Thread.interrupted();
    while (step < training.steps() && !interrupted) {
      step();
      interrupted = Thread.interrupted();
      boolean last = step == training.steps() || interrupted;
      boolean validates =
          due(training.every().validate()) || (step == training.steps() && validates());
      if (due(training.every().log()) || last || validates) {
        long now = System.nanoTime();
        double pace = (now - intervalStart) / 1e9 / Math.max(1, step - intervalStep);
        double seconds = secondsBefore + (now - start) / 1e9;
        Map<String, Double> means = meter.read();
        Map<String, Double> more = validates ? validate() : Map.of();
        Map<String, Double> row = metrics.row(step, seconds, means, more);
        listener.row(step, training.steps(), pace, row);
        intervalStart = System.nanoTime();
        intervalStep = step;
      }
      if (due(training.every().checkpoint()) || last) {
        meter.check();
        save("last");
      }
    }
    return new Run(step, training.steps(), interrupted, metrics.rows(), folder);
  }

  private boolean validates() {
    return training.every().validate() > 0;
  }

  private boolean due(long every) {
    return every > 0 && step % every == 0;
  }

  /**
   * Does one step and nothing else, and reads its numbers.
   *
   * @return losses, gradient norm, learning rate
   * @throws NonFiniteLossException if one is not finite
   */
  public Map<String, Double> oneStep() {
    step();
    return meter.read();
  }

  /**
   * Does one step and nothing else: no metrics, no checkpoint, nothing read back from the device.
   * {@link #run} does them in a loop.
   */
  public void step() {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      model.prepare(training, step);
      meter.prepare(step, this::rates);
    }
    int size = training.batch() / training.accumulate();
    for (int from = 0; from < training.batch(); from += size) {
      int at = from;
      Torch.seed(training.seed() * 1_000_003L + step * 31); // of dropout, the same in every part
      graphs.run("loss from " + at, () -> Torch.withGradients(true, () -> accumulate(at, size)));
    }
    graphs.run("update", this::update);
    step++;
    meter.count();
  }

  /** Everything after the gradients: clip, optimizer, averages, sums of what is logged. */
  private void update() {
    NDArray rates = meter.row(); // learning rate, its factor, the averages' rate
    Phases.enter("optimizer");
    NDArray norm = adam.norm();
    adam.step(norm, rates.get("1:2").reshape());
    Map<String, NDArray> numbers = new LinkedHashMap<>();
    numbers.put("gradient_norm", norm);
    numbers.put("learning_rate", rates.get("0:1").reshape());
    meter.add(numbers, 1);
    Phases.enter("ema");
    ema.update(rates.get("2:3").reshape());
    meter.advance();
    Phases.leave();
    model.afterStep(training, step + 1);
  }

  private float[] rates(long at) {
    double factor = training.rate().at(at, training.steps());
    return new float[] {
      (float) (factor * training.optimizer().learningRate()),
      (float) factor,
      (float) ema.rate(at + 1)
    };
  }

  private Void accumulate(int from, int size) {
    double share = 1.0 / training.accumulate();
    NDArray total;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Trainable.Loss loss = model.loss(training, step, from, size);
      Map<String, NDArray> numbers = new LinkedHashMap<>(loss.parts());
      numbers.put("loss", loss.total());
      Torch.withGradients(
          false,
          () -> {
            meter.add(numbers, share);
            return null;
          });
      total = share == 1 ? loss.total() : Torch.scale(loss.total(), share);
      NDScope.unregister(total);
    } catch (RuntimeException e) {
      Deferred.discard();
      throw e;
    }
    Phases.enter("backward");
    Torch.backward(total);
    total.close();
    return null;
  }

  private Map<String, Double> validate() {
    Map<String, Double> values = new LinkedHashMap<>();
    ema.during(
        () ->
            Torch.withGradients(
                false,
                () -> {
                  values.putAll(model.validate(training));
                  return null;
                }));
    double first = values.isEmpty() ? Double.NaN : values.values().iterator().next();
    if (first < best) {
      best = first;
      save("best");
    }
    return values;
  }

  private void save(String name) {
    folder.ifPresent(
        path -> {
          metrics.write(path.resolve("metrics.csv")); // before: a checkpoint finds its rows there
          if (name.equals("last")) {
            metrics.write(path.resolve(COPY));
          }
          checkpoint.save(path.resolve(name + ".safetensors"), new Checkpoint.Position(step, best));
        });
  }

  /** The averages, to be copied into a model that is used. */
  public Ema ema() {
    return ema;
  }

  @Override
  public void close() {
    graphs.close();
    meter.close();
    adam.close();
    ema.close();
    lock.ifPresent(RunLock::close);
  }
}
