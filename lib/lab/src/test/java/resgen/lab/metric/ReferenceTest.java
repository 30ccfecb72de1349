package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.codec.Extraction;
import resgen.lab.Patterns;
import resgen.vision.Images;

class ReferenceTest {

  private static final Images IMAGES = Patterns.of(50, 8, 1);

  @TempDir private Path folder;
  private final PixelMeans extractor = new PixelMeans("pixels");

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".safetensors")).toList();
    }
  }

  @Test
  void featuresAreExtractedOnceAndThenReadFromTheCache() throws IOException {
    FeatureCache cache = FeatureCache.at(folder);
    Reference<Images> first = Reference.of(IMAGES, extractor, cache);
    Reference<Images> second = Reference.of(IMAGES, extractor, cache);
    assertEquals(1, extractor.calls);
    assertArrayEquals(first.features().flat(), second.features().flat());
    assertEquals(50, second.count());
    assertEquals("patterns", second.split());
    assertEquals(1, files().size());
  }

  @Test
  void scoresAreKeptToo() {
    FeatureCache cache = FeatureCache.at(folder);
    Extraction first = cache.get(IMAGES, extractor);
    Extraction second = cache.get(IMAGES, extractor);
    assertEquals(1, extractor.calls);
    assertEquals(first.classes(), second.classes());
  }

  @Test
  void otherImagesAndOtherExtractorsHaveFilesOfTheirOwn() throws IOException {
    FeatureCache cache = FeatureCache.at(folder);
    Reference.of(IMAGES, extractor, cache);
    Reference.of(IMAGES.take(49), extractor, cache);
    PixelMeans other = new PixelMeans("other");
    Reference.of(IMAGES, other, cache);
    assertEquals(2, extractor.calls);
    assertEquals(1, other.calls);
    assertEquals(3, files().size());
  }

  @Test
  void aBrokenFileIsMadeAnew() throws IOException {
    FeatureCache cache = FeatureCache.at(folder);
    Reference<Images> first = Reference.of(IMAGES, extractor, cache);
    Files.writeString(files().get(0), "broken");
    Reference<Images> second = Reference.of(IMAGES, extractor, cache);
    Reference<Images> third = Reference.of(IMAGES, extractor, cache);
    assertEquals(2, extractor.calls);
    assertArrayEquals(first.features().flat(), second.features().flat());
    assertArrayEquals(first.features().flat(), third.features().flat());
  }

  @Test
  void withoutACacheNothingIsKept() throws IOException {
    Reference.of(IMAGES, extractor, FeatureCache.none());
    Reference.of(IMAGES, extractor, FeatureCache.none());
    assertEquals(2, extractor.calls);
    assertEquals(0, files().size());
  }

  @Test
  void somePartIsRandomAndAlwaysTheSame() {
    Reference<Images> reference = Reference.of(IMAGES, extractor, FeatureCache.none());
    float[] part = reference.some(10, 3).flat();
    assertEquals(10 * 4, part.length);
    assertArrayEquals(part, reference.some(10, 3).flat());
    assertNotEquals(part[0], reference.features().get(0, 0));
    assertEquals(50, reference.some(60, 3).count());
  }
}
