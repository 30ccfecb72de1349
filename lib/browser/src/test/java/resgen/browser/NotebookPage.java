package resgen.browser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A notebook in the page of Jupyter Notebook 6, used as a person would: keys, menus, looking. */
final class NotebookPage {

  /** For whatever does not train; a busy machine is slow. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final ChromeDriver driver;

  NotebookPage(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Opens it and waits for its kernel. */
  void open(String url) {
    driver.get(url);
    until(
        PATIENCE,
        "the kernel is ready",
        () ->
            Boolean.TRUE.equals(
                script(
                    "return !!(window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel"
                        + " && Jupyter.notebook._fully_loaded"
                        + " && Jupyter.notebook.kernel.is_connected()"
                        + " && document.querySelector('.kernel_idle_icon'))")));
  }

  /** Waits for a condition; a failure says which. */
  void until(Duration limit, String what, Supplier<Boolean> condition) {
    new WebDriverWait(driver, limit)
        .ignoring(StaleElementReferenceException.class)
        .withMessage(() -> what + "; the page's last cell: " + lastCellText())
        .until(d -> condition.get());
  }

  private String lastCellText() {
    List<WebElement> cells = cells();
    return cells.isEmpty() ? "none" : cells.get(cells.size() - 1).getText();
  }

  Object script(String javascript, Object... arguments) {
    return driver.executeScript(javascript, arguments);
  }

  /** The code cells, from the top. */
  List<WebElement> cells() {
    return driver.findElements(By.cssSelector("div.code_cell"));
  }

  /** The first code cell whose source, as the page shows it, holds the text. */
  WebElement withSource(String text) {
    return cells().stream()
        .filter(c -> c.findElement(By.cssSelector(".input_area")).getText().contains(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no cell with " + text));
  }

  /** The last element of any output that matches a CSS selector and holds the text. */
  WebElement lastOutput(String selector, String text) {
    return driver.findElements(By.cssSelector(".output " + selector)).stream()
        .filter(e -> e.getText().contains(text))
        .reduce((a, b) -> b)
        .orElseThrow(() -> new AssertionError("no output " + selector + " with " + text));
  }

  /** The text of a cell's one result. */
  String result(WebElement cell) {
    List<WebElement> results = outputs(cell, ".output_result");
    if (results.size() != 1) {
      throw new AssertionError(results.size() + " results: " + output(cell));
    }
    return results.get(0).getText();
  }

  /** A menu's item, by the id of its list element: the menu is opened and the item clicked. */
  void menu(String menu, String item) {
    driver.findElement(By.linkText(menu)).click();
    WebElement entry = driver.findElement(By.cssSelector("#" + item + " > a"));
    until(PATIENCE, "menu " + menu, entry::isDisplayed);
    entry.click();
  }

  /** Adds a code cell below the last, brings it into view, and leaves the cursor at its end. */
  WebElement add(String code) {
    script(
        "var n = Jupyter.notebook; var c = n.insert_cell_at_bottom('code'); c.set_text(arguments[0]);"
            + "n.select(n.ncells() - 1); n.edit_mode(); c.focus_editor();"
            + "c.code_mirror.setCursor(c.code_mirror.lineCount(), 0);"
            + "c.element[0].scrollIntoView({block: 'center'});",
        code);
    List<WebElement> cells = cells();
    return cells.get(cells.size() - 1);
  }

  /** Keys, to whatever has the focus. */
  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  void pressWithShift(CharSequence key) {
    new Actions(driver).keyDown(Keys.SHIFT).sendKeys(key).keyUp(Keys.SHIFT).perform();
  }

  void pressWithControl(CharSequence key) {
    new Actions(driver).keyDown(Keys.CONTROL).sendKeys(key).keyUp(Keys.CONTROL).perform();
  }

  /** Adds a cell and runs it with Ctrl-Enter; does not wait for its end. */
  WebElement start(String code) {
    WebElement cell = add(code);
    pressWithControl(Keys.ENTER);
    return cell;
  }

  /** Adds a cell, runs it and waits for its end. */
  WebElement run(String code) {
    WebElement cell = start(code);
    awaitEnd(cell, PATIENCE);
    return cell;
  }

  /** Waits until a cell has run: it has a number and is not running. */
  void awaitEnd(WebElement cell, Duration limit) {
    until(
        limit,
        "a cell ends",
        () -> !cell.getAttribute("class").contains("running") && number(cell) > 0);
  }

  /** The n of In [n]; 0 before and while it runs. */
  int number(WebElement cell) {
    String prompt = cell.findElement(By.cssSelector(".input_prompt")).getText();
    String digits = prompt.replaceAll("\\D", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  /** The text of what a cell has put out, as it is read on the page. */
  String output(WebElement cell) {
    return cell.findElement(By.cssSelector(".output_wrapper .output")).getText();
  }

  /** What a cell has put out, by a CSS selector below its output. */
  List<WebElement> outputs(WebElement cell, String selector) {
    return cell.findElements(By.cssSelector(".output_wrapper .output " + selector));
  }

  /** Makes a picture of the window. */
  void shoot(Path file) throws IOException {
    Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
  }

  /** Makes a picture of the whole notebook, by making the window as high as it needs. */
  void shootWhole(Path file) throws IOException {
    Dimension before = driver.manage().window().getSize();
    Number height =
        (Number) script("return document.getElementById('notebook-container').scrollHeight + 240");
    driver
        .manage()
        .window()
        .setSize(new Dimension(before.getWidth(), Math.min(height.intValue(), 16_000)));
    shoot(file);
    driver.manage().window().setSize(before);
  }
}
