package resgen.settings;

/** Text in web pages. */
public final class Html {

  private Html() {}

  /** Text with {@code & < > "} as entities, for contents and attributes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
