package resgen.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Debian's Chromium without a window, with a profile of its own and no traffic of its own. */
final class Chrome {

  private static final Path DRIVER =
      Path.of(System.getProperty("resgen.chromedriver", "/usr/bin/chromedriver"));
  private static final Path BROWSER =
      Path.of(System.getProperty("resgen.chromium", "/usr/bin/chromium"));
  private static final int WIDTH = 1200;

  /** Held, since the logger is not: it warns of protocols that nothing here uses. */
  private static final Logger LOG = Logger.getLogger("org.openqa.selenium");

  private Chrome() {}

  /**
   * Starts it.
   *
   * @param home a fresh folder for its profile and caches
   * @param log where the driver's output goes
   * @throws IllegalStateException when it is not installed
   */
  static ChromeDriver start(Path home, Path log) {
    for (Path program : List.of(DRIVER, BROWSER)) {
      if (!Files.isExecutable(program)) {
        throw new IllegalStateException(
            "no " + program + "; environment/setup --browser installs it");
      }
    }
    LOG.setLevel(Level.SEVERE);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .withLogFile(log.toFile())
            .withEnvironment(Map.of("HOME", home.toString(), "SE_AVOID_STATS", "true"))
            .build();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(BROWSER.toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // as root, and in containers
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=" + WIDTH + ",900",
        "--user-data-dir=" + home.resolve("profile"));
    return new ChromeDriver(service, options);
  }
}
