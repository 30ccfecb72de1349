package resgen.cli.prose;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The cells of notebooks. */
final class Notebooks {

  private Notebooks() {}

  /**
   * The sources of a notebook's cells of one kind.
   *
   * @param project that has it
   * @param name below {@code notebooks/}
   * @param kind {@code code} or {@code markdown}
   */
  static List<String> cells(Path project, String name, String kind) {
    List<String> out = new ArrayList<>();
    try {
      String text = Files.readString(project.resolve("notebooks").resolve(name));
      JsonArray cells = JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("cells");
      for (JsonElement each : cells) {
        JsonObject cell = each.getAsJsonObject();
        if (cell.get("cell_type").getAsString().equals(kind)) {
          StringBuilder source = new StringBuilder();
          cell.getAsJsonArray("source").forEach(line -> source.append(line.getAsString()));
          out.add(source.toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out;
  }
}
