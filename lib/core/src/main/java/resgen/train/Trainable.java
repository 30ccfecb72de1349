package resgen.train;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import resgen.nn.Parameters;
import resgen.settings.Json;

/** What the loop needs of a thing to be trained. */
public interface Trainable {

  /**
   * A micro-batch's loss.
   *
   * @param total the scalar to be minimised, a mean over the samples
   * @param parts scalars to be logged, by name
   */
  record Loss(NDArray total, Map<String, NDArray> parts) {
    /** A loss of named parts in their order: name, scalar, name, scalar … */
    public static Loss of(NDArray total, Object... parts) {
      Map<String, NDArray> map = new LinkedHashMap<>();
      for (int i = 0; i < parts.length; i += 2) {
        map.put((String) parts[i], (NDArray) parts[i + 1]);
      }
      return new Loss(total, map);
    }
  }

  /** The settings, for checkpoints: anything that {@link Json} writes. */
  Object settings();

  /**
   * Whether settings that a checkpoint holds are these.
   *
   * @param json as the checkpoint has it
   */
  default boolean isOf(String json) {
    return Json.line(settings()).equals(json);
  }

  /**
   * What is trained on and from, by name, as fingerprints or words: the data, a tokenizer, the
   * model that the training starts from, names of classes. With the settings they are what a run
   * is: a run resumes on the same alone. Asked for once a run.
   */
  default Map<String, String> inputs() {
    return Map.of();
  }

  /** What is trained. */
  Parameters parameters();

  /** Multiples of the learning rate by name prefix. */
  default Map<String, Double> rates() {
    return Map.of();
  }

  /**
   * Whether every step asks the same of the device, so that {@link #loss} and {@link #afterStep}
   * may be captured and replayed (see {@link resgen.torch.Graphs}): they then read the step's
   * number from arrays and not from their argument, and write their results in place.
   */
  default boolean isFixed() {
    return false;
  }

  /**
   * Called before each step's first loss: uploads what the step reads. Of a fixed model it is all
   * that Java does for a step.
   */
  default void prepare(Training training, long step) {}

  /**
   * The loss of samples {@code from … from + count} of step {@code step}'s batch. Everything random
   * in it is a function of the run's seed, the step and the sample's place in the batch. libtorch's
   * generator begins anew for every part: what a loss draws from it, it draws for the whole batch.
   */
  Loss loss(Training training, long step, int from, int count);

  /** Called after each optimizer step, without gradients. */
  default void afterStep(Training training, long step) {}

  /** Further arrays that change in training and belong into checkpoints, by name. */
  default Map<String, NDArray> state() {
    return Map.of();
  }

  /** Numbers measured with the averaged weights; the first decides which checkpoint is best. */
  default Map<String, Double> validate(Training training) {
    return Map.of();
  }
}
