package resgen.cli.stock;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import resgen.cli.stock.StockKernel.Shown;
import resgen.kernel.JavaKernel;
import resgen.kernel.NotebookFile;

/**
 * Runs a notebook's cells under {@link StockKernel} and lists what falls short of our kernel there:
 * cells that fail, pictures that do not show, values that show as an identity. A program of its
 * own, so that a notebook's settings of the JVM end with it.
 */
public final class StockRun {
  /** Tags a cell that is known to need our kernel; the text before it says so. */
  static final String TAG = "not-in-ijava";

  private static final Pattern IDENTITY = Pattern.compile("[\\w$;]@[0-9a-f]{4,8}\\b");

  private StockRun() {}

  /** Arguments: the notebook, the file for what falls short, a line each. */
  public static void main(String[] args) throws Exception {
    Path notebook = Path.of(args[0]);
    List<String> problems = new ArrayList<>();
    try (JavaKernel ours = JavaKernel.open();
        StockKernel stock = new StockKernel()) {
      int number = 0;
      NotebookFile file = NotebookFile.read(notebook);
      for (JsonObject cell : file.codeCells()) {
        List<String> found = shortfalls(stock, ours, file.codeSources().get(number++));
        boolean known = tags(cell).contains("\"" + TAG + "\"");
        boolean mayFail = tags(cell).contains("\"raises-exception\"");
        if (known && found.isEmpty()) {
          problems.add("cell " + number + " is tagged " + TAG + " and falls short in nothing");
        } else if (!known && !(mayFail && found.stream().allMatch(f -> f.startsWith("fails")))) {
          for (String each : found) {
            problems.add("cell " + number + " " + each.replaceAll("\\s+", " "));
          }
        }
      }
    }
    Files.write(Path.of(args[1]), problems);
    System.exit(0); // whatever threads the notebook left
  }

  private static String tags(JsonObject cell) {
    JsonObject metadata = cell.getAsJsonObject("metadata");
    return metadata == null || !metadata.has("tags") ? "" : metadata.get("tags").toString();
  }

  private static List<String> shortfalls(StockKernel stock, JavaKernel ours, String code) {
    List<String> found = new ArrayList<>();
    try {
      for (Shown shown : stock.run(code)) {
        String text = String.valueOf(shown.data().getData(MIMEType.TEXT_PLAIN));
        if (picture(shown.data())) {
          continue;
        }
        if (IDENTITY.matcher(text).find()) {
          found.add("shows " + text);
        } else if (picture(ours.getRenderer().render(shown.value()))) {
          found.add("shows no picture of " + shown.value().getClass().getName());
        }
      }
    } catch (StockKernel.CellFailed e) {
      found.add("fails: " + e.getMessage());
    }
    stock.takeLost().forEach(name -> found.add("resets the variable " + name));
    return found;
  }

  private static boolean picture(DisplayData data) {
    return data.hasDataForType(MIMEType.IMAGE_PNG)
        || data.hasDataForType(MIMEType.IMAGE_GIF)
        || data.hasDataForType(MIMEType.IMAGE_SVG)
        || String.valueOf(data.getData(MIMEType.TEXT_HTML)).matches("(?s).*(<img|<svg|<canvas).*");
  }
}
