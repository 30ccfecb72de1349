package resgen.vision.extract;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.settings.Hashes;
import resgen.torch.Kernel;
import resgen.torch.Torch;
import resgen.vision.Images;

/**
 * The Inception network of FID (Heusel et al. 2017), from the public TorchScript file {@code
 * inception-2015-12-05.pt} (Karras et al. 2020) that the user gives. Only a Fréchet distance by it
 * is called FID.
 *
 * <p>Its {@code forward(images, return_features)} takes uint8 {@code [N, 3, H, W]} of any size,
 * resizes within, and returns {@code [N, 2048]} features. Grey images are repeated as RGB. The
 * file's hash stands in every protocol.
 */
public final class InceptionExtractor implements Extractor<Images> {

  private static final int FEATURES = 2048;

  private final Kernel module;
  private final NDManager manager;
  private final String hash;

  private InceptionExtractor(Kernel module, NDManager manager, String hash) {
    this.module = module;
    this.manager = manager;
    this.hash = hash;
  }

  /**
   * Reads the file and tries it on one image. A TorchScript file is a program: take it from its
   * publisher only.
   *
   * @throws IllegalArgumentException if it is not TorchScript, or does not return 2048 features
   */
  public static InceptionExtractor load(Path path) {
    Kernel module = Kernel.load(path);
    NDManager manager = Torch.manager();
    try {
      check(path, module, manager);
      return new InceptionExtractor(module, manager, Hashes.ofFiles(path));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private static void check(Path path, Kernel module, NDManager manager) {
    String wanted =
        " is not %s: forward(uint8 [N, 3, H, W], return_features) must return [N, %d]"
            .formatted(Extractor.FID, FEATURES);
    String found;
    try {
      found =
          Torch.scoped(
              () -> {
                NDArray black = manager.zeros(new Shape(2, 3, 64, 64), DataType.UINT8);
                return Arrays.toString(features(module, black).getShape().getShape());
              });
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(path + wanted + "; calling it failed", e);
    }
    if (!found.equals(Arrays.toString(new long[] {2, FEATURES}))) {
      throw new IllegalArgumentException(path + wanted + ", not " + found + " for two images");
    }
  }

  private static NDArray features(Kernel module, NDArray images) {
    return module.infer("forward", images, true).singletonOrThrow();
  }

  @Override
  public String name() {
    return Extractor.FID;
  }

  @Override
  public String hash() {
    return hash;
  }

  @Override
  public String metric() {
    return "FID";
  }

  @Override
  public int dimension() {
    return FEATURES;
  }

  /** None: its ImageNet classes are in an order of their own. */
  @Override
  public List<String> classNames() {
    return List.of();
  }

  @Override
  public String preparation(Images images) {
    return "%d×%d%s, resized within the network"
        .formatted(images.height(), images.width(), images.channels() == 1 ? ", grey to RGB" : "");
  }

  @Override
  public Extraction extract(Images images) {
    return ImageInput.extract(
        images, batch -> new NDList(features(module, ImageInput.rgbBytes(manager, images, batch))));
  }

  @Override
  public void close() {
    manager.close();
  }

  @Override
  public String toString() {
    return name() + ", " + FEATURES + " features";
  }
}
