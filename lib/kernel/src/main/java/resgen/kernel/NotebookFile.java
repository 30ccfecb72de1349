package resgen.kernel;

import com.google.gson.FormattingStyle;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A notebook file of format 4. */
public final class NotebookFile {
  private static final Gson GSON =
      new GsonBuilder()
          .disableHtmlEscaping()
          .serializeNulls()
          .setFormattingStyle(FormattingStyle.PRETTY.withIndent(" "))
          .create();

  private final JsonObject root;

  private NotebookFile(JsonObject root) {
    this.root = root;
  }

  /** Reads a notebook. */
  public static NotebookFile read(Path path) {
    try {
      return parse(Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the notebook " + path + ": " + e, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  /** Reads a notebook from its text. */
  public static NotebookFile parse(String json) {
    JsonElement root;
    try {
      root = JsonParser.parseString(json);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("not a notebook: " + e.getMessage(), e);
    }
    boolean notebook =
        root.isJsonObject()
            && root.getAsJsonObject().has("cells")
            && root.getAsJsonObject().has("nbformat");
    if (!notebook || root.getAsJsonObject().get("nbformat").getAsInt() != 4) {
      throw new IllegalArgumentException("not a notebook of format 4");
    }
    return new NotebookFile(root.getAsJsonObject());
  }

  /** The cells of code, which may be changed. */
  public List<JsonObject> codeCells() {
    List<JsonObject> out = new ArrayList<>();
    for (JsonElement cell : root.getAsJsonArray("cells")) {
      JsonObject object = cell.getAsJsonObject();
      if (object.get("cell_type").getAsString().equals("code")) {
        out.add(object);
      }
    }
    return out;
  }

  /** The code of each cell of code. */
  public List<String> codeSources() {
    return codeCells().stream().map(NotebookFile::source).toList();
  }

  /** The text of a cell, which the file keeps whole or in lines. */
  static String source(JsonObject cell) {
    JsonElement source = cell.get("source");
    if (source == null || source.isJsonNull()) {
      return "";
    }
    if (!source.isJsonArray()) {
      return source.getAsString();
    }
    StringBuilder out = new StringBuilder();
    source.getAsJsonArray().forEach(line -> out.append(line.getAsString()));
    return out.toString();
  }

  /** Whether the cell has a tag. */
  static boolean tagged(JsonObject cell, String tag) {
    JsonObject metadata = cell.getAsJsonObject("metadata");
    JsonArray tags = metadata == null ? null : metadata.getAsJsonArray("tags");
    return tags != null && tags.asList().stream().anyMatch(t -> t.getAsString().equals(tag));
  }

  /** The notebook's metadata. */
  public JsonObject metadata() {
    if (!root.has("metadata")) {
      root.add("metadata", new JsonObject());
    }
    return root.getAsJsonObject("metadata");
  }

  /** The file's text. */
  public String toJson() {
    return GSON.toJson(root) + "\n";
  }

  /** Writes the notebook beside the target, then moves it there. */
  public void write(Path path) {
    Path target = path.toAbsolutePath();
    try {
      Files.createDirectories(target.getParent());
      // Not createTempFile, whose files only their owner may read.
      Path temporary = target.resolveSibling(".notebook-" + UUID.randomUUID() + ".tmp");
      try {
        Files.writeString(temporary, toJson(), StandardCharsets.UTF_8);
        move(temporary, target);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the notebook " + path + ": " + e, e);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
