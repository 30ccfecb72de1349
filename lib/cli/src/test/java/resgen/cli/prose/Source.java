package resgen.cli.prose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import resgen.Generator;
import resgen.head.HeadSpec;
import resgen.lab.metric.Results;
import resgen.lab.study.Measurement;
import resgen.lab.study.PaperTable;
import resgen.lab.study.Spread;
import resgen.lab.study.Study;
import resgen.lab.study.StudyResults;
import resgen.mask.Schedule;
import resgen.mask.UnmaskPlan;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.ModelSpec;
import resgen.settings.DataHome;
import resgen.settings.Presets;
import resgen.vision.tokenizer.Tokenizer;
import resgen.vision.tokenizer.TokenizerSettings;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/**
 * Where a number of the project's prose comes from, written {@code name[which].what}:
 *
 * <ul>
 *   <li>{@code table1[resgen guided T=16].distance}: a metric of a study's model; {@code guided} or
 *       {@code plain}, T, and the last step's guidance as {@code w=2.5}, where the study has
 *       several
 *   <li>{@code kernel-latency[starts=7].ready_ms}: a column of a file of {@code data/results} in
 *       the rows with these values; several rows, also by {@code a|b}, give mean and deviation
 *   <li>{@code paper/table1_ablation[model=ResGen].fid_cfg}: the same of {@code data/paper}
 *   <li>{@code code[00-quickstart: regular expression with one (group)].value}: what a code cell of
 *       a notebook has; {@code plan[circle 64 1024].calls}: network calls of so many steps for so
 *       many tokens; {@code plan[circle 8 16 5].masked}: tokens that are masked after step 5
 *   <li>{@code preset[resgen/small].parameters} or its {@code layers}, {@code width}, {@code
 *       checkpoint[family-resgen].parameters} or its {@code steps}, {@code depth}, {@code
 *       dimension}, {@code components}, {@code file[checkpoints/family-*.safetensors].bytes},
 *       {@code tokenizer[fashion-rvq8].steps}
 *   <li>{@code log[regular expression with one (group)].value}: what the log says, for what was
 *       measured without a file of its own
 * </ul>
 */
final class Source {

  private static final Pattern FORM =
      Pattern.compile("([\\w./-]+)\\[(.*)\\]\\.(\\w+)", Pattern.DOTALL);

  private static final Map<String, StudyResults> STUDIES = new HashMap<>();
  private static final Map<String, Table> TABLES = new HashMap<>();

  private Source() {}

  /**
   * The number.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Spread of(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not of the form name[which].what");
    }
    String name = form.group(1);
    String which = form.group(2);
    String what = form.group(3);
    Spread found =
        switch (name) {
          case "preset" -> exactly(preset(which, what));
          case "code" -> exactly(code(which));
          case "plan" -> exactly(plan(which, what));
          case "checkpoint" -> exactly(checkpoint(which, what));
          case "tokenizer" -> exactly(steps(which));
          case "file" -> exactly(bytes(which));
          case "log" -> exactly(log(which));
          default ->
              name.startsWith("paper/")
                  ? of(PaperTable.of(name.substring("paper/".length())), which, what)
                  : Study.names().contains(name) && !which.startsWith("experiment=")
                      ? measured(name, which).of(what)
                      : of(TABLES.computeIfAbsent(name, Results.ofProject()::table), which, what);
        };
    if (!found.known()) {
      throw new IllegalArgumentException("nothing is measured of " + text);
    }
    return found;
  }

  private static Spread exactly(double value) {
    return new Spread(value, Double.NaN, 1);
  }

  private static long preset(String name, String what) {
    ModelSpec model = preset(name);
    return switch (what) {
      case "parameters" -> model.plan().count();
      case "layers" -> model.backbone().layers();
      case "width" -> model.backbone().width();
      default -> throw new IllegalArgumentException("no " + what + " of a preset");
    };
  }

  private static double code(String which) {
    String[] words = which.split(": ", 2);
    StringBuilder code = new StringBuilder();
    for (String cell : Notebooks.cells(DataHome.project(), words[0] + ".ipynb", "code")) {
      code.append(cell).append(' ');
    }
    return first(words[1], code.toString().replaceAll("\\s+", " "), words[0] + "'s code");
  }

  private static int plan(String which, String what) {
    String[] words = which.split(" ");
    UnmaskPlan plan =
        UnmaskPlan.of(
            Schedule.parse(words[0]),
            Integer.parseInt(words[1]),
            Integer.parseInt(words[2]),
            true,
            false);
    return switch (what) {
      case "calls" -> plan.calls();
      case "masked" -> plan.maskedAfter(Integer.parseInt(words[3]));
      case "revealed" -> plan.revealed(Integer.parseInt(words[3]));
      default -> throw new IllegalArgumentException("no " + what + " of a plan");
    };
  }

  private static ModelSpec preset(String name) {
    String[] words = name.split("/");
    return Family.of(words[0])
        .presets()
        .get(words[1])
        .of(
            Presets.get(TokenizerSettings.presets(), words[1]).spec(),
            new ConditionSpec.Classes(10))
        .model();
  }

  private static long checkpoint(String name, String what) {
    try (Generator model = Generator.load(name)) {
      return switch (what) {
        case "parameters" -> model.parameterCount();
        case "steps" -> model.origin().steps();
        case "depth" -> model.shape().depth();
        case "dimension" -> model.shape().dimension();
        case "components" -> ((HeadSpec.Mixture) model.spec().head()).components();
        default -> throw new IllegalArgumentException("no " + what + " of a checkpoint");
      };
    }
  }

  private static long steps(String tokenizer) {
    try (Tokenizer named = Tokenizer.load(tokenizer)) {
      return named.origin().step();
    }
  }

  private static long bytes(String glob) {
    String[] words = glob.split("/");
    long sum = 0;
    try (var files = Files.newDirectoryStream(DataHome.path(words[0]), words[1])) {
      for (var file : files) {
        sum += Files.size(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sum;
  }

  private static double log(String expression) {
    try {
      String log = Files.readString(DataHome.path("results", "LOG.md")).replaceAll("\\s+", " ");
      return first(expression, log, "the log");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double first(String expression, String text, String name) {
    Matcher found = Pattern.compile(expression).matcher(text);
    if (!found.find()) {
      throw new IllegalArgumentException(name + " has nothing like " + expression);
    }
    return Double.parseDouble(found.group(1).replace("_", ""));
  }

  private static Measurement measured(String study, String which) {
    List<String> words = new ArrayList<>(List.of(which.split(" ")));
    String title = words.remove(0);
    return STUDIES
        .computeIfAbsent(study, StudyResults::load)
        .one(
            title,
            m ->
                words.stream()
                    .allMatch(
                        word ->
                            word.equals("guided")
                                ? m.guided()
                                : word.equals("plain")
                                    ? !m.guided()
                                    : word.equals("T=" + m.steps())
                                        || word.equals("w=" + m.sampling().guidance().end())));
  }

  private static Spread of(Table table, String which, String what) {
    List<Double> values = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    String own =
        table.containsColumn(what + "_deviation")
            ? what + "_deviation"
            : what.replaceFirst("_ms$", "") + "_mad" + (what.endsWith("_ms") ? "_ms" : "");
    for (int row = 0; row < table.rowCount(); row++) {
      if (fits(table, row, which) && !table.column(what).isMissing(row)) {
        values.add(((NumericColumn<?>) table.column(what)).getDouble(row));
        deviations.add(
            table.containsColumn(own) && !table.column(own).isMissing(row)
                ? ((NumericColumn<?>) table.column(own)).getDouble(row)
                : Double.NaN);
      }
    }
    return Spread.of(array(values), array(deviations));
  }

  private static boolean fits(Table table, int row, String which) {
    return Arrays.stream(which.split(", "))
        .map(condition -> condition.split("=", 2))
        .allMatch(
            pair ->
                List.of(pair[1].split("\\|"))
                    .contains(table.column(pair[0]).getUnformattedString(row)));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
