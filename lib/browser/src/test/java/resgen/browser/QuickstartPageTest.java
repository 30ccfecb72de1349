package resgen.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * The quickstart in a live notebook page, and what a person does there: complete, inspect, err,
 * interrupt. In smoke mode unless {@code RESGEN_MODE} says otherwise. Leaves a picture of every
 * test in {@code target/browser/}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class QuickstartPageTest {

  private static final String NOTEBOOK = "00-quickstart.ipynb";
  private static final Duration WHOLE_NOTEBOOK = Duration.ofMinutes(30);
  private static final Path PICTURES = Path.of("target", "browser");

  @TempDir static Path work;
  private static LabServer server;
  private static ChromeDriver driver;
  private static NotebookPage page;

  @BeforeAll
  static void open() throws Exception {
    Path root = Path.of("").toAbsolutePath().getParent().getParent();
    Files.createDirectories(PICTURES);
    Path notebooks = Files.createDirectories(work.resolve("notebooks"));
    Files.copy(root.resolve("notebooks").resolve(NOTEBOOK), notebooks.resolve(NOTEBOOK));
    Processes.closeAtExit(QuickstartPageTest::close);
    server = new LabServer(root, work, PICTURES.resolve("jupyter.log"));
    driver =
        Chrome.start(
            Files.createDirectories(work.resolve("chrome")), PICTURES.resolve("chromedriver.log"));
    page = new NotebookPage(driver);
    page.open(server.url("notebooks/" + NOTEBOOK));
  }

  @AfterAll
  static synchronized void close() {
    try {
      if (driver != null) {
        driver.quit();
      }
    } finally {
      driver = null;
      if (server != null) {
        server.close();
      }
      server = null;
    }
  }

  @AfterEach
  void picture(TestInfo test) throws Exception {
    page.shoot(PICTURES.resolve(test.getTestMethod().orElseThrow().getName() + ".png"));
  }

  @Test
  @Order(1)
  void everyCellOfTheQuickstartRuns() throws Exception {
    // Every picture that an output shows, as the page gets it: the training curve is one output.
    page.script(
        "window.seenPictures = {}; new MutationObserver(function () {"
            + "document.querySelectorAll('div.code_cell').forEach(function (cell, i) {"
            + "cell.querySelectorAll('.output img').forEach(function (img) {"
            + "(window.seenPictures[i] = window.seenPictures[i] || {})[img.src.length + img.src.slice(-400)] = 1;"
            + "}); }); }).observe(document.getElementById('notebook-container'),"
            + "{childList: true, subtree: true});");
    page.menu("Cell", "run_all_cells");
    List<WebElement> cells = page.cells();
    page.until(
        WHOLE_NOTEBOOK,
        "the notebook ends",
        () ->
            cells.stream().allMatch(c -> page.number(c) > 0)
                || !driver.findElements(By.cssSelector(".output_error")).isEmpty());
    page.shootWhole(PICTURES.resolve("quickstart.png"));

    assertEquals(
        List.of(),
        driver.findElements(By.cssSelector(".output_error, .output_stderr")).stream()
            .map(WebElement::getText)
            .toList());
    for (int i = 0; i < cells.size(); i++) {
      assertEquals(i + 1, page.number(cells.get(i)));
    }
  }

  @Test
  @Order(2)
  void tablesHaveRowsAndChartsArePictures() {
    WebElement table = page.lastOutput("table", "FD-Fashion");
    assertTrue(table.findElements(By.tagName("tr")).size() > 2, table.getText());
    List<WebElement> pictures =
        driver.findElements(By.cssSelector(".output img, .output svg")).stream()
            .filter(WebElement::isDisplayed)
            .toList();
    assertTrue(pictures.size() >= 6, pictures.size() + " pictures");
    for (WebElement picture : pictures) {
      assertTrue(picture.getSize().getWidth() >= 50, "width " + picture.getSize());
      assertTrue(picture.getSize().getHeight() >= 20, "height " + picture.getSize());
    }
    page.script("arguments[0].scrollIntoView({block: 'center'})", table);
  }

  @Test
  @Order(2)
  void theTrainingCurveIsRedrawnInPlace() {
    WebElement cell = page.withSource("updateDisplay(live");
    assertEquals(1, page.outputs(cell, ".output_png, .output_svg").size());
    Number seen =
        (Number)
            page.script(
                "return Object.keys(window.seenPictures[arguments[0]] || {}).length",
                page.cells().indexOf(cell));
    assertTrue(seen.intValue() >= 3, "pictures of the curve seen: " + seen);
    page.script("arguments[0].scrollIntoView({block: 'center'})", cell);
  }

  @Test
  @Order(2)
  void theProgressOfTheEvaluationIsFull() {
    WebElement cell = page.withSource("Evaluation.of(model, progress)");
    List<WebElement> bars = page.outputs(cell, "progress");
    assertEquals(1, bars.size());
    assertEquals(bars.get(0).getAttribute("max"), bars.get(0).getAttribute("value"));
  }

  @Test
  @Order(3)
  void aProgressBarMovesInPlace() throws Exception {
    Path steps = Files.createDirectories(work.resolve("steps"));
    // The cell waits for the test before each step, so that every state is looked at.
    WebElement cell =
        page.start(
            """
            java.nio.file.Path steps = java.nio.file.Path.of("%s");
            String bar = display("<progress max='3' value='0'></progress> 0 of 3", "text/html");
            for (int step = 1; step <= 3; step++) {
              while (!java.nio.file.Files.exists(steps.resolve("" + step))) Thread.sleep(10);
              updateDisplay(bar, "<progress max='3' value='" + step + "'></progress> " + step + " of 3", "text/html");
            }
            """
                .formatted(steps));
    List<String> seen = new ArrayList<>();
    for (int step = 0; step <= 3; step++) {
      if (step > 0) {
        Files.createFile(steps.resolve("" + step));
      }
      String text = step + " of 3";
      page.until(NotebookPage.PATIENCE, text, () -> page.output(cell).contains(text));
      List<WebElement> bars = page.outputs(cell, "progress");
      assertEquals(1, bars.size());
      seen.add(bars.get(0).getAttribute("value"));
    }
    page.awaitEnd(cell, NotebookPage.PATIENCE);
    assertEquals(List.of("0", "1", "2", "3"), seen);
  }

  @Test
  @Order(3)
  void anErrorNamesItsCellAndLine() {
    WebElement cell =
        page.run("int[] few = {1, 2, 3};\nint index = few.length;\nfew[index] = 0;\nindex");

    String error = page.output(cell);
    assertEquals(1, page.outputs(cell, ".output_subarea.output_error").size(), error);
    assertTrue(error.contains("ArrayIndexOutOfBoundsException"), error);
    assertTrue(error.contains("In [" + page.number(cell) + "], line 3"), error);
    assertTrue(error.contains("few[index] = 0;"), error);
  }

  @Test
  @Order(3)
  void codeThatDoesNotCompileIsMarkedWithACaret() {
    WebElement cell = page.run("int whole = 1;\nint half = \"one\";");

    String error = page.output(cell);
    assertTrue(error.contains("In [" + page.number(cell) + "], line 2"), error);
    assertTrue(error.contains("^"), error);
  }

  @Test
  @Order(4)
  void tabOffersMembers() {
    page.run("String greeting = \"hello\";");
    page.add("greeting.to");
    page.press(Keys.TAB);
    By list = By.cssSelector(".completions select option");
    page.until(NotebookPage.PATIENCE, "completions", () -> !driver.findElements(list).isEmpty());

    Set<String> offered = new TreeSet<>();
    driver.findElements(list).forEach(o -> offered.add(o.getText()));
    assertTrue(offered.stream().anyMatch(o -> o.contains("toUpperCase")), offered.toString());
    assertTrue(offered.stream().anyMatch(o -> o.contains("toLowerCase")), offered.toString());
    assertTrue(offered.stream().allMatch(o -> o.contains("to")), offered.toString());
  }

  @Test
  @Order(5)
  void shiftTabShowsADescription() {
    if (!driver.findElements(By.cssSelector(".completions")).isEmpty()) {
      page.press(Keys.ESCAPE);
    }
    page.add("greeting.toUpperCase");
    page.pressWithShift(Keys.TAB);
    page.until(
        NotebookPage.PATIENCE,
        "a tooltip",
        () ->
            driver.findElements(By.id("tooltip")).stream()
                .anyMatch(t -> t.isDisplayed() && !t.getText().isBlank()));

    String text = driver.findElement(By.id("tooltip")).getText();
    assertTrue(text.contains("toUpperCase"), text);
    assertTrue(text.contains("String"), text);
  }

  private static WebElement startBusyLoop() {
    page.press(Keys.ESCAPE);
    WebElement cell =
        page.start("long n = 0;\nSystem.out.println(\"going\");\nwhile (true) {\n  n++;\n}");
    page.until(NotebookPage.PATIENCE, "the loop", () -> page.output(cell).contains("going"));
    return cell;
  }

  private static void assertInterrupted(WebElement cell) {
    page.awaitEnd(cell, NotebookPage.PATIENCE);
    assertTrue(page.output(cell).contains("Interrupt"), page.output(cell));
    WebElement next = page.run("6 * 7");
    assertEquals("42", page.result(next));
  }

  @Test
  @Order(6)
  void theKernelMenuInterruptsABusyLoop() {
    WebElement cell = startBusyLoop();
    page.menu("Kernel", "int_kernel");
    assertInterrupted(cell);
  }

  @Test
  @Order(6)
  void pressingITwiceInterruptsABusyLoop() {
    WebElement cell = startBusyLoop();
    page.press(Keys.ESCAPE);
    page.press("i", "i");
    assertInterrupted(cell);
  }

  @Test
  @Order(7)
  void whatWasComputedIsStillThere() {
    assertEquals("true", page.result(page.run("model != null && report != null")));
  }

  @Test
  @Order(8)
  void thePageNeedsNothingFromOtherMachines() {
    @SuppressWarnings("unchecked")
    List<String> addresses =
        (List<String>)
            page.script(
                "return performance.getEntriesByType('resource').map(function (e) {return e.name;})"
                    + ".filter(function (n) {return n.startsWith('http') || n.startsWith('ws');})");
    assertFalse(addresses.isEmpty());
    Stream<String> others = addresses.stream().filter(a -> !a.startsWith(server.address()));
    assertEquals(List.of(), others.toList());
  }
}
