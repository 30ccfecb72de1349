package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;

/**
 * A distance of images in the space of a network's features, as LPIPS is; any extractor can be
 * plugged in. Its own weights must not receive gradients.
 */
@FunctionalInterface
public interface FeatureDistance {

  /** Features of images: {@code [B, C, S, S]} in [-1, 1] to any shape that starts with B. */
  NDArray features(NDArray images);

  /** The mean squared difference of the features; gradients flow to {@code images} alone. */
  default NDArray between(NDArray images, NDArray targets) {
    NDArray difference = features(images).sub(features(targets).stopGradient());
    return difference.mul(difference).mean();
  }
}
