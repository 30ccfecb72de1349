package resgen.vision;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import resgen.codec.Codec;
import resgen.codec.CodecRecipe;
import resgen.codec.DataSet;
import resgen.codec.Extractor;
import resgen.codec.Medium;
import resgen.vision.extract.FashionClassifier;
import resgen.vision.extract.InceptionExtractor;
import resgen.vision.extract.MobileNetExtractor;
import resgen.vision.extract.OwnClassifier;
import resgen.vision.tokenizer.Tokenizer;
import resgen.vision.tokenizer.TokenizerRecipe;

/** Images as a medium: the tokenizer, Fashion-MNIST, folders of images, the shipped extractor. */
public final class ImageMedium implements Medium<Images> {

  /** The name of the data set that is in the project. */
  public static final String FASHION_MNIST = "fashion-mnist";

  /** For the service loader. */
  public ImageMedium() {}

  @Override
  public String name() {
    return "image";
  }

  @Override
  public Class<Images> type() {
    return Images.class;
  }

  @Override
  public Optional<Codec<Images>> codec(Path file, String format) {
    return format.startsWith("resgen-tokenizer")
        ? Optional.of(Tokenizer.load(file.toString()))
        : Optional.empty();
  }

  @Override
  public List<String> dataSets() {
    return List.of(FASHION_MNIST);
  }

  @Override
  public Optional<DataSet<Images>> dataSet(String name) {
    Path folder = Path.of(name);
    if (name.equals(FASHION_MNIST)) {
      return Optional.of(DataSet.of(name, FashionMnist::train, FashionMnist::test));
    } else if (Cifar10.isAt(folder)) {
      return Optional.of(DataSet.of(name, () -> Cifar10.train(folder), () -> Cifar10.test(folder)));
    } else if (Files.isDirectory(folder)) {
      return Optional.of(
          DataSet.of(name, () -> OwnImages.at(folder).train(), () -> OwnImages.at(folder).test()));
    }
    return Optional.empty();
  }

  /** {@inheritDoc} Fashion-MNIST's is shipped; one of other classes is trained on the images. */
  @Override
  public Optional<CodecRecipe<Images>> recipe(String preset, Map<String, String> changes) {
    return Optional.of(TokenizerRecipe.of(preset, changes));
  }

  @Override
  public Optional<Extractor<Images>> extractor(Images media) {
    if (media.classNames().equals(FashionMnist.CLASS_NAMES)) {
      return Optional.of(FashionClassifier.load());
    }
    return media.classNames().size() < 2 ? Optional.empty() : Optional.of(OwnClassifier.of(media));
  }

  /** {@inheritDoc} The kinds are {@code inception}, {@code mobilenet} and {@code classifier}. */
  @Override
  public Optional<Extractor<Images>> extractor(String kind, Path path) {
    return switch (kind) {
      case "inception" -> Optional.of(InceptionExtractor.load(path));
      case "mobilenet" -> Optional.of(MobileNetExtractor.load(path));
      case "classifier" -> Optional.of(FashionClassifier.load(path));
      default -> Optional.empty();
    };
  }

  @Override
  public Optional<String> extractorFile(Images media) {
    if (media.classNames().equals(FashionMnist.CLASS_NAMES)) {
      return Optional.of("classifier:" + FashionClassifier.file());
    }
    return media.classNames().size() < 2
        ? Optional.empty()
        : Optional.of("classifier:" + OwnClassifier.file(media)).filter(file -> made(media));
  }

  private static boolean made(Images media) {
    OwnClassifier.of(media).close();
    return Files.exists(OwnClassifier.file(media));
  }
}
