package resgen.lab.chart;

import java.awt.Color;
import java.util.List;
import java.util.Map;

/**
 * The colours of all charts: one for each model, whether here or in the paper, and neutral ones.
 */
public final class Palette {

  /** Text and what belongs to no model. */
  public static final Color INK = new Color(0x26323A);

  /** What explains. */
  static final Color GREY = new Color(0x66727A);

  static final Color GRID = new Color(0xE4E7E9);

  /** Colours of what is no model, to be taken in this order. */
  public static final List<Color> NEUTRAL =
      List.of(new Color(0x2F4858), new Color(0x17867E), new Color(0xA45A2A), new Color(0x7D8A93));

  private static final Color RESGEN = new Color(0x0B5FBF);
  private static final Color RQ = new Color(0x0B7F4F);
  private static final Color MASKGIT = new Color(0x8540B5);

  private static final Map<String, Color> MODELS =
      Map.ofEntries(
          Map.entry("resgen", RESGEN),
          Map.entry("resgen-rvq16", RESGEN),
          Map.entry("resgen-rvq8", new Color(0x5CA3EC)),
          Map.entry("direct-tokens", new Color(0xD97706)),
          Map.entry("direct", new Color(0xD97706)),
          Map.entry("depthwise-maskgit", MASKGIT),
          Map.entry("maskgit", MASKGIT),
          Map.entry("rq-transformer", RQ),
          Map.entry("ar-resgen", new Color(0xC62839)),
          Map.entry("dit", new Color(0x56616A)),
          Map.entry("var", new Color(0xB5477F)),
          Map.entry("mar", new Color(0x8A6D3B)));

  private Palette() {}

  /**
   * A model's colour, the same in every chart.
   *
   * @param label the model's, as {@code direct-tokens}, or the paper's name of it
   * @throws IllegalArgumentException if there is no such model
   */
  public static Color model(String label) {
    Color color = MODELS.get(label.toLowerCase(java.util.Locale.ROOT));
    if (color == null) {
      throw new IllegalArgumentException(
          "no colour of a model '"
              + label
              + "'; there are "
              + new java.util.TreeSet<>(MODELS.keySet()));
    }
    return color;
  }
}
