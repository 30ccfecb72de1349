package resgen.vision.extract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.settings.Hashes;
import resgen.torch.Graphs;
import resgen.torch.Kernel;
import resgen.torch.Torch;
import resgen.vision.Images;

/**
 * MobileNetV1 (Howard et al. 2017) trained on ImageNet, from Keras files that the user gives: the
 * extractor for natural images where Inception's file is not at hand. Distances by it are called
 * FD-MobileNet.
 *
 * <p>Images are resized to the working size with anti-aliased bilinear interpolation, grey ones
 * repeated as RGB, in [-1, 1]; features follow the global average pooling. Padding is TensorFlow's
 * 'same', which at stride 2 pads bottom and right first.
 */
public final class MobileNetExtractor implements Extractor<Images> {

  /** The working size unless another is given. */
  public static final int SIZE = 128;

  private record Convolution(
      NDArray weight, NDArray bias, int stride, int groups, boolean clipped) {}

  private final int size;
  private final int features;
  private final NDManager manager;
  private final List<Convolution> layers = new ArrayList<>();
  private final Kernel kernel = Kernel.of("same_conv");
  private final String hash;
  private final Graphs graphs;

  private MobileNetExtractor(MobileNetFile file, String hash, int size) {
    this.hash = hash;
    this.size = size;
    features = file.features();
    manager = Torch.manager();
    graphs = Graphs.on(manager);
    for (MobileNetFile.Layer layer : file.layers()) {
      NDArray weight =
          Torch.floats(
              manager, layer.weight(), layer.out(), layer.perGroup(), layer.size(), layer.size());
      NDArray bias = Torch.floats(manager, layer.bias(), layer.out());
      layers.add(new Convolution(weight, bias, layer.stride(), layer.groups(), layer.clipped()));
    }
  }

  /** The network in a folder that holds topology.json, index.json and weights.f32le.bin. */
  public static MobileNetExtractor load(Path folder) {
    return load(folder, SIZE);
  }

  /**
   * The network at another working size.
   *
   * @param size height and width that images are resized to, 32 to 1024
   * @throws IllegalArgumentException if the files do not describe a MobileNet
   */
  public static MobileNetExtractor load(Path folder, int size) {
    if (size < 32 || size > 1024) {
      throw new IllegalArgumentException("size " + size + " is not in 32..1024");
    }
    MobileNetFile file = MobileNetFile.read(folder);
    String hash =
        Hashes.ofFiles(folder.resolve("topology.json"), folder.resolve("weights.f32le.bin"));
    return new MobileNetExtractor(file, hash, size);
  }

  @Override
  public String name() {
    return "mobilenet-v1";
  }

  @Override
  public String hash() {
    return hash;
  }

  @Override
  public String metric() {
    return "FD-MobileNet";
  }

  @Override
  public int dimension() {
    return features;
  }

  /** None: ImageNet's classes are not the images'. */
  @Override
  public List<String> classNames() {
    return List.of();
  }

  @Override
  public String preparation(Images images) {
    return ImageInput.words(images, 3, size);
  }

  @Override
  public Extraction extract(Images images) {
    return ImageInput.extract(
        images,
        batch -> {
          NDArray x = ImageInput.normalized(manager, images, 3, size, batch); // [B, 3, S, S]
          return graphs.apply("features", x, in -> new NDList(features(in)));
        });
  }

  /** {@code [B, 3, S, S] → [B, F]}. */
  private NDArray features(NDArray x) {
    NDArray h = x;
    for (Convolution c : layers) {
      NDArray next = kernel.apply(h, c.weight, c.bias, c.stride, c.groups, c.clipped);
      if (h != x) {
        h.close();
      }
      h = next;
    }
    return h.flatten(2, 3).mean(new int[] {2}); // [B, F]
  }

  @Override
  public void close() {
    graphs.close();
    manager.close();
  }

  @Override
  public String toString() {
    return "%s, %d features of %d×%d pixels".formatted(name(), features, size, size);
  }
}
