package resgen.kernel.render;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.util.regex.Pattern;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** Display data as the JSON of Jupyter's messages. */
public final class Bundles {
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeSpecialFloatingPointValues().create();

  private static final Pattern DECLARATION =
      Pattern.compile("^\\s*(?:<\\?xml[^>]*\\?>)?\\s*(?:<!DOCTYPE[^>]*>)?\\s*");

  private Bundles() {}

  /** The bundle with {@code data}, {@code metadata} and perhaps {@code transient}. */
  public static JsonObject json(DisplayData data) {
    JsonObject out = GSON.toJsonTree(data, DisplayData.class).getAsJsonObject();
    if (!out.has("metadata")) {
      out.add("metadata", new JsonObject());
    }
    JsonObject map = out.getAsJsonObject("data");
    JsonElement json = map.get("application/json");
    if (json != null && json.isJsonPrimitive() && json.getAsJsonPrimitive().isString()) {
      try {
        map.add("application/json", JsonParser.parseString(json.getAsString()));
      } catch (JsonSyntaxException e) {
        map.remove("application/json"); // text/plain shows it as it is
      }
    }
    JsonElement svg = map.get("image/svg+xml");
    if (svg != null && svg.isJsonPrimitive()) {
      // Inside a page a drawing has no declaration; nbconvert would stop at one.
      map.addProperty("image/svg+xml", DECLARATION.matcher(svg.getAsString()).replaceFirst(""));
    }
    return out;
  }
}
