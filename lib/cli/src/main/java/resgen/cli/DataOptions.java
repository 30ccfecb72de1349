package resgen.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.vision.Cifar10;
import resgen.vision.FashionMnist;
import resgen.vision.ImageFolder;
import resgen.vision.Images;

/** Which images: the options that every command with data has. */
final class DataOptions {

  private static final String FASHION = "fashion-mnist";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      defaultValue = FASHION,
      description = {
        "Images: "
            + FASHION
            + ", a folder with CIFAR-10's binary files, or a folder with train/"
            + " and val/, each with a folder per class (${DEFAULT-VALUE})."
      })
  private String data;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description = "For image folders: height and width, 32 to 256 (256).")
  private Integer imageSize;

  @Option(
      names = "--broken",
      defaultValue = "error",
      paramLabel = "WHAT",
      description =
          "For image folders: a file that cannot be read is an error, or is left out (skip)"
              + " (${DEFAULT-VALUE}).")
  private ImageFolder.Broken broken;

  @Option(
      names = "--limit",
      paramLabel = "IMAGES",
      description = "Take only the first so many images.")
  private Integer limit;

  DataOptions() {}

  /** The images to learn from. */
  Images train() {
    return load("train");
  }

  /** The images held out. */
  Images test() {
    return load("val");
  }

  private Images load(String split) {
    if (limit != null && limit < 1) {
      throw wrong("--limit " + limit + " is less than 1");
    }
    boolean fashion = data.equals(FASHION);
    boolean cifar = Files.exists(Path.of(data, "data_batch_1.bin"));
    if ((fashion || cifar) && imageSize != null) {
      throw wrong("--image-size is for image folders; the images of " + data + " have one size");
    }
    Images all;
    if (fashion) {
      all = split.equals("train") ? FashionMnist.train() : FashionMnist.test();
    } else if (cifar) {
      all = split.equals("train") ? Cifar10.train(Path.of(data)) : Cifar10.test(Path.of(data));
    } else {
      all = folder(split).load().images();
    }
    return limit == null || limit >= all.size() ? all : all.take(limit);
  }

  private ImageFolder folder(String split) {
    Path root = Path.of(data);
    if (!Files.isDirectory(root.resolve(split))) {
      throw wrong(
          "--data '%s' is neither %s, nor a folder with data_batch_1.bin (CIFAR-10), nor a folder"
                  .formatted(data, FASHION)
              + " with "
              + split
              + "/");
    }
    try {
      ImageFolder folder = ImageFolder.at(root, split);
      folder = imageSize == null ? folder : folder.withSize(imageSize);
      return broken == ImageFolder.Broken.SKIP ? folder.skippingBroken() : folder;
    } catch (IllegalArgumentException e) {
      throw wrong("--image-size: " + e.getMessage());
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
