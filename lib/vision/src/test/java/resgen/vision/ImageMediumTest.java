package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.codec.DataSet;

class ImageMediumTest {
  @TempDir Path temp;

  @Test
  void aFolderIsReadInTheSizeThatFits() {
    MadeUpImages.write(temp, 48, 3, 0);
    DataSet<Images> set = new ImageMedium().dataSet(temp.toString()).orElseThrow();
    assertEquals(48, set.train().height());
    assertEquals(3, set.test().size());
    assertEquals(set.train().classNames(), set.test().classNames());
  }

  @Test
  void imagesOfOneClassHaveNoExtractor() {
    Images one = Images.of("one", 1, 4, 4, new byte[2][16], new int[2], List.of("a"));
    assertTrue(new ImageMedium().extractor(one).isEmpty());
    assertTrue(new ImageMedium().dataSet(temp.resolve("none").toString()).isEmpty());
  }
}
