package resgen.audio;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/**
 * A log-mel spectrogram as a picture: time in seconds, bands in Hz, colours of one fixed range
 * ({@value #DARK} to {@value #BRIGHT} nats) so that pictures compare; ends of words as lines.
 *
 * @param mel what is drawn
 * @param ends true ends of words or phones in seconds, drawn as lines
 * @param found ends that an alignment found, drawn dashed
 * @param prompt seconds at the beginning that are shaded as given; 0 for none
 */
public record Spectrogram(LogMel mel, List<Double> ends, List<Double> found, double prompt) {

  /** The value of the darkest colour, in nats. */
  public static final double DARK = -11.5;

  /** The value of the brightest colour, in nats. */
  public static final double BRIGHT = 2;

  private static final int LEFT = 52;
  private static final int BOTTOM = 34;
  private static final int TOP = 8;
  private static final int RIGHT = 12;
  private static final int BAND = 3; // pixels of a band
  private static final int FRAME = 3; // of a frame, fewer of long sounds
  private static final int MOST_WIDTH = 1600;
  private static final int[] HERTZ = {250, 500, 1000, 2000, 4000, 8000};
  private static final double[] STEPS = {0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60}; // s between ticks
  private static final int[][] COLOURS = {
    {4, 5, 20}, {45, 20, 95}, {130, 35, 110}, {215, 70, 70}, {250, 160, 60}, {252, 250, 190}
  };

  public Spectrogram {
    ends = List.copyOf(ends);
    found = List.copyOf(found);
  }

  /** A spectrogram with nothing drawn over it. */
  public static Spectrogram of(LogMel mel) {
    return new Spectrogram(mel, List.of(), List.of(), 0);
  }

  /** With lines at true ends, in seconds. */
  public Spectrogram ends(List<Double> seconds) {
    return new Spectrogram(mel, seconds, found, prompt);
  }

  /** With dashed lines at ends that an alignment found, in seconds. */
  public Spectrogram found(List<Double> seconds) {
    return new Spectrogram(mel, ends, seconds, prompt);
  }

  /** With so many seconds at the beginning shaded as given. */
  public Spectrogram prompt(double seconds) {
    return new Spectrogram(mel, ends, found, seconds);
  }

  /** The picture, as notebooks show it. */
  public BufferedImage toImage() {
    int frames = mel.frames();
    int bands = mel.settings().mels();
    int frame = Math.max(1, Math.min(FRAME, MOST_WIDTH / frames));
    int width = Math.min(frames * frame, 20_000);
    int height = bands * BAND;
    BufferedImage image =
        new BufferedImage(LEFT + width + RIGHT, TOP + height + BOTTOM, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, image.getWidth(), image.getHeight());
      for (int x = 0; x < width; x++) {
        for (int y = 0; y < height; y++) {
          float value = mel.get(x / frame, bands - 1 - y / BAND);
          image.setRGB(LEFT + x, TOP + y, colour((value - DARK) / (BRIGHT - DARK)));
        }
      }
      double second = mel.settings().frameRate() * frame; // pixels of it
      if (prompt > 0) {
        g.setColor(new Color(255, 255, 255, 60));
        g.fillRect(LEFT, TOP, (int) Math.min(width, prompt * second), height);
      }
      lines(g, ends, second, width, height, new BasicStroke(1));
      float[] dashes = {4, 4};
      lines(g, found, second, width, height, new BasicStroke(1, 0, 0, 1, dashes, 0));
      axes(g, second, width, height);
    } finally {
      g.dispose();
    }
    return image;
  }

  private static void lines(
      Graphics2D g, List<Double> at, double second, int width, int height, BasicStroke stroke) {
    g.setStroke(stroke);
    g.setColor(Color.WHITE);
    for (double seconds : at) {
      int x = (int) Math.round(seconds * second);
      if (x >= 0 && x < width) {
        g.drawLine(LEFT + x, TOP, LEFT + x, TOP + height - 1);
      }
    }
    g.setStroke(new BasicStroke(1));
  }

  private void axes(Graphics2D g, double second, int width, int height) {
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    g.setColor(Color.DARK_GRAY);
    double step = STEPS[STEPS.length - 1];
    for (int i = STEPS.length - 1; i >= 0 && STEPS[i] * second >= 50; i--) {
      step = STEPS[i];
    }
    for (int i = 0; i * step * second <= width; i++) {
      int x = LEFT + (int) Math.round(i * step * second);
      g.drawLine(x, TOP + height, x, TOP + height + 3);
      String text = String.format(Locale.US, step < 1 ? "%.1f" : "%.0f", i * step);
      g.drawString(text, x - g.getFontMetrics().stringWidth(text) / 2, TOP + height + 16);
    }
    g.drawString("s", LEFT + width - 6, TOP + height + 30);
    MelSettings s = mel.settings();
    double low = MelSettings.mel(s.low());
    double high = MelSettings.mel(s.high());
    for (int hertz : HERTZ) {
      double part = (MelSettings.mel(hertz) - low) / (high - low);
      if (part >= 0 && part <= 1) {
        int y = TOP + (int) Math.round((1 - part) * height);
        g.drawLine(LEFT - 3, y, LEFT - 1, y);
        String text = String.valueOf(hertz);
        g.drawString(text, LEFT - 6 - g.getFontMetrics().stringWidth(text), y + 4);
      }
    }
    g.drawString("Hz", 4, TOP + height + 16);
  }

  private static int colour(double part) {
    double place = Math.max(0, Math.min(1, part)) * (COLOURS.length - 1);
    int at = Math.min(COLOURS.length - 2, (int) place);
    double between = place - at;
    int rgb = 0;
    for (int i = 0; i < 3; i++) {
      double value = COLOURS[at][i] + between * (COLOURS[at + 1][i] - COLOURS[at][i]);
      rgb = rgb << 8 | (int) Math.round(value);
    }
    return rgb;
  }

  @Override
  public String toString() {
    return "Spectrogram of " + mel;
  }
}
