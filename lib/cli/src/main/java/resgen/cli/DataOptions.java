package resgen.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.vision.Cifar10;
import resgen.vision.FashionMnist;
import resgen.vision.ImageFolder;
import resgen.vision.ImageMedium;
import resgen.vision.Images;
import resgen.vision.OwnImages;
import resgen.vision.tokenizer.Tokenizer;

/** Which images: the options that every command with data has. */
final class DataOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DATA",
      defaultValue = ImageMedium.FASHION_MNIST,
      description = {
        "Images: "
            + ImageMedium.FASHION_MNIST
            + ", a folder with CIFAR-10's binary files, or a folder with train/"
            + " and val/, each with a folder per class (${DEFAULT-VALUE}). Without val/, or with"
            + " the class folders alone, the last tenth is held out."
      })
  private String data;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description =
          "For image folders: height and width, 32 to 256 (the model's or tokenizer's; else what"
              + " fits the pictures).")
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

  private Optional<Tokenizer> tokenizer = Optional.empty();
  private List<String> classes = List.of();
  private Optional<OwnImages> own = Optional.empty();

  DataOptions() {}

  /** Images as a tokenizer takes them: of its size and channels, unless a size is asked for. */
  DataOptions like(Tokenizer taking) {
    tokenizer = Optional.of(taking);
    return this;
  }

  /** Images of these classes alone. */
  DataOptions classes(List<String> names) {
    classes = List.copyOf(names);
    return this;
  }

  /** The images to learn from. */
  Images train() {
    return limited(read(FashionMnist::train, Cifar10::train, OwnImages::train));
  }

  /** The images held out. */
  Images test() {
    return limited(read(FashionMnist::test, Cifar10::test, OwnImages::test));
  }

  private Images limited(Images all) {
    return limit == null ? all : all.take(limit);
  }

  private Images read(
      Supplier<Images> fashion, Function<Path, Images> cifar, Function<OwnImages, Images> folder) {
    if (limit != null && limit < 1) {
      throw wrong("--limit " + limit + " is less than 1");
    }
    boolean binary = Cifar10.isAt(Path.of(data));
    if (!data.equals(ImageMedium.FASHION_MNIST) && !binary) {
      return folder.apply(own());
    }
    if (imageSize != null) {
      throw wrong("--image-size is for image folders; the images of " + data + " have one size");
    }
    Images images = binary ? cifar.apply(Path.of(data)) : fashion.get();
    return tokenizer.isPresent() ? images.withChannels(channels(tokenizer.get())) : images;
  }

  private static int channels(Tokenizer tokenizer) {
    return tokenizer.settings().autoencoder().channels();
  }

  private OwnImages own() {
    if (own.isEmpty()) {
      if (!Files.isDirectory(Path.of(data))) {
        throw wrong(
            "--data '%s' is neither %s, nor a folder with data_batch_1.bin (CIFAR-10), nor a folder"
                    .formatted(data, ImageMedium.FASHION_MNIST)
                + " with train/ and val/ or with a folder per class");
      }
      if (imageSize != null && (imageSize < 32 || imageSize > 256)) {
        throw wrong("--image-size " + imageSize + " is not in 32 … 256");
      }
      OwnImages images =
          OwnImages.at(Path.of(data))
              .classes(classes)
              .options(f -> broken == ImageFolder.Broken.SKIP ? f.skippingBroken() : f)
              .said(spec.commandLine().getErr()::println);
      if (tokenizer.isPresent()) {
        images = images.channels(channels(tokenizer.get()));
      }
      OptionalInt size = size();
      own = Optional.of(size.isPresent() ? images.size(size.getAsInt()) : images);
    }
    return own.get();
  }

  private OptionalInt size() {
    if (imageSize != null) {
      return OptionalInt.of(imageSize);
    }
    int side = tokenizer.map(t -> t.origin().height()).orElse(0);
    boolean possible = side >= 32 && side <= 256 && tokenizer.get().origin().width() == side;
    return possible ? OptionalInt.of(side) : OptionalInt.empty();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
