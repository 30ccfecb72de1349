package resgen.lab.study;

import resgen.model.GeneratorSettings;
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
    return FORWARD_AND_BACKWARD * pass(experiment.settings()) * training.batch() * training.steps();
  }

  /** Of drawing the samples of a cell. */
  static double sampling(Cell cell) {
    GeneratorSettings settings = cell.experiment().settings();
    int halves = cell.sampling().guidance().isNone() ? 1 : 2;
    double calls =
        switch (cell.experiment().kind()) {
          case RESGEN, DIRECT_TOKENS, DEPTHWISE_MASKGIT -> cell.sampling().pace().steps();
          case RQ_TRANSFORMER, AR_RESGEN -> 1; // a position at a time, each once
        };
    return halves * calls * pass(settings) * cell.experiment().samples();
  }

  /** Of one sample's way through the whole network. */
  private static double pass(GeneratorSettings settings) {
    return 2.0 * settings.plan().count() * settings.tokens().positions();
  }
}
