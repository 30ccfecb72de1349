package resgen.vision.extract;

import ai.djl.ndarray.NDArray;
import ai.djl.nn.Activation;
import java.util.ArrayList;
import java.util.List;
import resgen.nn.Conv;
import resgen.nn.GroupNormSilu;
import resgen.nn.Linear;
import resgen.nn.Parameters;
import resgen.nn.ResidualConv;
import resgen.torch.Precision;

/**
 * A small convolutional classifier: each level halves the extent and has one residual block; a
 * linear layer over all positions that are left and ReLU make the feature vector, from which a last
 * linear layer scores the classes.
 */
final class ClassifierNetwork {

  private final List<Conv> down = new ArrayList<>();
  private final List<ResidualConv> blocks = new ArrayList<>();
  private final GroupNormSilu norm;
  private final Linear features;
  private final Linear scores;

  /** Declares the network for images of so many channels. */
  ClassifierNetwork(
      Parameters parameters, ClassifierSettings s, int inputs, int classes, Precision precision) {
    int channels = inputs;
    int extent = s.size();
    for (int i = 0; i < s.widths().size(); i++) {
      int width = s.widths().get(i);
      down.add(new Conv(parameters.scope("down" + i), channels, width, 4, 2, precision));
      blocks.add(new ResidualConv(parameters.scope("block" + i), width, s.groups(), precision));
      channels = width;
      extent /= 2;
    }
    norm = new GroupNormSilu(parameters.scope("norm"), channels, s.groups());
    long flat = (long) channels * extent * extent;
    features = new Linear(parameters.scope("features"), flat, s.features(), precision);
    scores = new Linear(parameters.scope("scores"), s.features(), classes, Precision.FP32);
  }

  /** {@code [B, C, S, S] → [B, F]}: features of images in [-1, 1]. */
  NDArray features(NDArray images) {
    NDArray h = images;
    for (int i = 0; i < down.size(); i++) {
      h = blocks.get(i).apply(down.get(i).apply(h));
    }
    return Activation.relu(features.apply(norm.apply(h).flatten(1, 3))); // [B, F]
  }

  /** {@code [B, F] → [B, classes]}: scores, whose softmax is the classes' probabilities. */
  NDArray scores(NDArray features) {
    return scores.apply(features);
  }
}
