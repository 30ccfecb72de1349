package resgen.vision.tokenizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.torch.Kernel;
import resgen.torch.TensorList;

/**
 * Tells images from reconstructions patch by patch (Isola et al. 2017): convolutions of stride 2
 * with leaky ReLU, group norm between, one number per patch at the end.
 */
final class PatchDiscriminator implements AutoCloseable {

  private static final int GROUPS = 8;

  private final Kernel kernel = Kernel.of("discriminator");
  private final TensorList weights;

  /**
   * Declares the network.
   *
   * @param width channels after the first convolution, a multiple of 8; doubled by each further one
   * @param layers convolutions of stride 2
   */
  PatchDiscriminator(Parameters parameters, int channels, int width, int layers) {
    if (width < GROUPS || width % GROUPS != 0 || layers < 1) {
      throw new IllegalArgumentException(
          "discriminator of width %d and %d layers: the width must be a multiple of %d, and at least one layer"
              .formatted(width, layers, GROUPS));
    }
    List<NDArray> arrays = new ArrayList<>();
    int in = channels;
    for (int i = 0; i < layers; i++) {
      int out = width << i;
      Parameters layer = parameters.scope("layer" + i);
      convolution(layer, in, out, 4, arrays);
      if (i > 0) {
        arrays.add(layer.add("norm.weight", Init.constant(1), out));
        arrays.add(layer.add("norm.bias", Init.zeros(), out));
      }
      in = out;
    }
    convolution(parameters.scope("patch"), in, 1, 3, arrays);
    weights = new TensorList(arrays);
  }

  private static void convolution(
      Parameters parameters, int in, int out, int size, List<NDArray> arrays) {
    long fan = (long) in * size * size;
    arrays.add(parameters.add("weight", Init.fanIn(fan), out, in, size, size));
    arrays.add(parameters.add("bias", Init.zeros(), out));
  }

  /**
   * One number per patch, high for images: {@code [B, C, S, S] → [B, 1, S', S']}.
   *
   * @param frozen true to let gradients through to the images alone
   */
  NDArray apply(NDArray images, boolean frozen) {
    return kernel.apply(images, weights, frozen, GROUPS);
  }

  /** The discriminator's hinge loss: {@code ½·mean max(0, 1 − real) + ½·mean max(0, 1 + fake)}. */
  NDArray hinge(NDArray real, NDArray fake) {
    return kernel.call("hinge", real, fake).head();
  }

  /**
   * The gradients of reconstruction and generator loss at the decoder's last layer, both of its
   * shape; zero if one of the losses does not depend on it. Both graphs stay usable.
   */
  NDList slopes(NDArray reconstruction, NDArray generator, NDArray last) {
    return kernel.call("slopes", reconstruction, generator, last);
  }

  /** The adaptive weight (Esser et al. 2021): ratio of the norms of two slopes, at most 10⁴. */
  NDArray ratio(NDArray reconstruction, NDArray generator) {
    return kernel.call("ratio", reconstruction, generator).head();
  }

  @Override
  public void close() {
    weights.close();
  }
}
