package resgen.lab.study;

import resgen.model.ModelSpec;
import resgen.model.Order;
import resgen.train.Training;

/**
 * About how many floating-point operations work takes, known without a model: enough to put work in
 * order and to say how much is left of it.
 */
final class Effort {

  private static final double FORWARD_AND_BACKWARD = 3;

  private Effort() {}

  /** Of training a model from its beginning. */
  static double training(Experiment experiment) {
    Training training = experiment.training();
    return FORWARD_AND_BACKWARD
        * pass(experiment.settings().model())
        * training.batch()
        * training.steps();
  }

  /** Of drawing the samples of a cell. */
  static double sampling(Cell cell) {
    ModelSpec model = cell.experiment().settings().model();
    int halves = cell.sampling().guidance().isNone() ? 1 : 2;
    double calls =
        model.order() instanceof Order.Masked
            ? cell.sampling().pace().steps()
            : 1; // a position at a time, each once; or a depth
    return halves * calls * pass(model) * cell.experiment().samples();
  }

  /** Of one sample's way through the whole network. */
  private static double pass(ModelSpec model) {
    return 2.0 * model.plan().count() * model.tokens().positions();
  }
}
