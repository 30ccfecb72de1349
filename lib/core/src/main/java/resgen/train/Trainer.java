package resgen.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import resgen.torch.Deferred;
import resgen.torch.Phases;
import resgen.torch.Torch;

/**
 * The training loop: loss, gradients, clip, AdamW, averages; metrics, checkpoints, interrupts.
 *
 * <p>A run with a folder resumes from its last checkpoint and continues bit for bit as if it had
 * never stopped, at a fixed thread count. An interrupted thread ends the run after the step under
 * way, with everything saved.
 */
public final class Trainer implements AutoCloseable {

  private final Trainable model;
  private final Training training;
  private final Optional<Path> folder;
  private final Optional<RunLock> lock;
  private final Map<String, String> inputs;
  private final Listener listener;
  private final AdamW adam;
  private final Ema ema;
  private final Metrics metrics = new Metrics();
  private long step;
  private double best = Double.POSITIVE_INFINITY;
  private double secondsBefore;

  /**
   * Prepares a run.
   *
   * @param folder for checkpoints ({@code last.safetensors}, {@code best.safetensors}) and {@code
   *     metrics.csv}; empty to keep nothing
   * @throws IllegalArgumentException if the folder holds a run of other settings or inputs, naming
   *     all that differ
   * @throws IllegalStateException if another run is writing to the folder
   */
  public Trainer(Trainable model, Training training, Optional<Path> folder, Listener listener) {
    this.model = model;
    this.training = training;
    this.folder = folder;
    this.listener = listener;
    lock = folder.map(RunLock::of);
    inputs = folder.isPresent() ? model.inputs() : Map.of();
    adam = new AdamW(model.parameters(), training.optimizer(), model.rates());
    ema = new Ema(model.parameters(), training.emaDecay());
    try {
      folder.map(f -> f.resolve("last.safetensors")).filter(Files::exists).ifPresent(this::resume);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void resume(Path last) {
    Checkpoint.Position at = Checkpoint.restore(last, model, inputs, training, adam, ema);
    step = at.step();
    best = at.best();
    metrics.resume(folder.orElseThrow().resolve("metrics.csv"), step);
    int rows = metrics.rows().size();
    secondsBefore = rows == 0 ? 0 : metrics.rows().get(rows - 1).get("seconds");
  }

  /**
   * Trains until all steps are done or the thread is interrupted.
   *
   * @throws NonFiniteLossException at the first loss or gradient that is not finite; the last
   *     checkpoint stays as it was
   */
  public Run run() {
    listener.started(step, training.steps());
    long start = System.nanoTime();
    long intervalStart = start;
    long intervalStep = step;
    boolean interrupted = Thread.interrupted();
    while (step < training.steps() && !interrupted) {
      Map<String, Double> numbers = oneStep();
      metrics.add(numbers);
      interrupted = Thread.interrupted();
      boolean last = step == training.steps() || interrupted;
      boolean validates =
          due(training.every().validate()) || (step == training.steps() && validates());
      if (due(training.every().log()) || last || validates) {
        long now = System.nanoTime();
        double pace = (now - intervalStart) / 1e9 / Math.max(1, step - intervalStep);
        Map<String, Double> more = validates ? validate() : Map.of();
        Map<String, Double> row = metrics.row(step, secondsBefore + (now - start) / 1e9, more);
        listener.row(step, training.steps(), pace, row);
        intervalStart = System.nanoTime();
        intervalStep = step;
      }
      if (due(training.every().checkpoint()) || last) {
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
   * Does one step and nothing else: no metrics, no checkpoint. {@link #run} does them in a loop.
   *
   * @return the step's numbers: losses, gradient norm, learning rate
   */
  public Map<String, Double> oneStep() {
    Map<String, Double> numbers = new LinkedHashMap<>();
    int size = training.batch() / training.accumulate();
    for (int from = 0; from < training.batch(); from += size) {
      int at = from;
      Torch.seed(training.seed() * 1_000_003L + step * 31 + at);
      Torch.withGradients(true, () -> accumulate(at, size, numbers));
    }
    Phases.enter("optimizer");
    double norm = adam.gradientNorm();
    if (!Double.isFinite(norm)) {
      throw new NonFiniteLossException(step, "the gradient's norm", norm, numbers);
    }
    double factor = training.rate().at(step, training.steps());
    adam.step(norm, factor);
    step++;
    Phases.enter("ema");
    ema.update(step);
    Phases.leave();
    model.afterStep(training, step);
    numbers.put("gradient_norm", norm);
    numbers.put("learning_rate", factor * training.optimizer().learningRate());
    return numbers;
  }

  private Void accumulate(int from, int size, Map<String, Double> numbers) {
    double share = 1.0 / training.accumulate();
    NDArray total;
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Trainable.Loss loss = model.loss(training, step, from, size);
      loss.parts().forEach((name, part) -> record(name, part, share, numbers));
      record("loss", loss.total(), share, numbers);
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

  private void record(String name, NDArray part, double share, Map<String, Double> numbers) {
    double value = part.getFloat();
    if (!Double.isFinite(value)) {
      throw new NonFiniteLossException(step, name, value, numbers);
    }
    numbers.merge(name, value * share, Double::sum);
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
    values.values().stream()
        .findFirst()
        .filter(value -> value < best)
        .ifPresent(
            value -> {
              best = value;
              save("best");
            });
    return values;
  }

  private void save(String name) {
    folder.ifPresent(
        path -> {
          metrics.write(path.resolve("metrics.csv")); // before: a checkpoint finds its rows there
          Checkpoint.save(
              path.resolve(name + ".safetensors"),
              model,
              inputs,
              training,
              adam,
              ema,
              new Checkpoint.Position(step, best));
        });
  }

  /** The averages, to be copied into a model that is used. */
  public Ema ema() {
    return ema;
  }

  @Override
  public void close() {
    adam.close();
    ema.close();
    lock.ifPresent(RunLock::close);
  }
}
