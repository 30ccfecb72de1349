package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class StepperTest {

  private static final Trajectory TRAJECTORY =
      Trajectory.record(4, 2)
          .add(2, new int[] {1, 0, 0, 0}, null)
          .add(5, new int[] {2, 2, 0, 1}, null)
          .done();

  private static List<String> all(String regex, String html) {
    Matcher m = Pattern.compile(regex).matcher(html);
    return m.results().map(r -> r.group(1)).collect(Collectors.toList());
  }

  private static List<BufferedImage> pictures(int n) {
    List<BufferedImage> all = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      BufferedImage one = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
      one.setRGB(2, 1, 0x010101 * 10 * i);
      all.add(one);
    }
    return all;
  }

  @Test
  void eachStepHasThePathOfTheTokensThatItRevealed() {
    String html = TRAJECTORY.toHtml();
    assertEquals(
        List.of("M0 0h1v1h-1z", "M0 1h1v1h-1zM1 0h1v1h-1zM1 1h1v1h-1zM3 0h1v1h-1z"),
        all(" d=\"([^\"]*)\"", html));
    assertEquals(
        List.of("1.000", "1.000", "0.000", "0.500"), all("fill-opacity=\"(\\d\\.\\d{3})\"", html));
    assertTrue(
        html.contains(
            "data-trajectory=\"{&quot;depths&quot;:2,&quot;frame&quot;:0,&quot;numbers&quot;:[2,5],"
                + "&quot;visible&quot;:[[1,0,0,0],[2,2,0,1]]}\""),
        html);
  }

  @Test
  void picturesLieSideBySideFromTheEmptyStateOn() throws Exception {
    String html = new Stepper(TRAJECTORY, pictures(3), "shirt").toHtml();
    byte[] png = Base64.getDecoder().decode(all("base64,([^\"]+)\"", html).get(0));
    BufferedImage strip = ImageIO.read(new ByteArrayInputStream(png));
    assertEquals(9, strip.getWidth());
    assertEquals(20, strip.getRGB(8, 1) & 0xff);
    assertEquals(10, strip.getRGB(5, 1) & 0xff);
    assertTrue(
        html.contains("margin-left:-" + 2 * 3 * 42 + "px"), "the last one is shown at first");
  }

  @Test
  void aPageMayHoldManyAndNeedsNoNetwork() {
    String html = TRAJECTORY.toHtml();
    assertTrue(all("\\s(id=)", html).isEmpty(), "no names that another could have");
    assertTrue(all("(https?:|src=\"(?!data:)|@import|url\\()", html).isEmpty());
    assertEquals(html, TRAJECTORY.toHtml());
  }

  @Test
  void captionsAreText() {
    String html = new Stepper(TRAJECTORY, List.of(), "<img src=x>").toHtml();
    assertFalse(html.contains("<img"));
    assertTrue(html.contains("&lt;img src=x&gt;"));
  }

  @Test
  void anotherNumberOfPicturesIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new Stepper(TRAJECTORY, pictures(2), "x"));
  }
}
