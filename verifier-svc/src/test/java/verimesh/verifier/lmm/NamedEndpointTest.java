package verimesh.verifier.lmm;

import java.net.URI;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/// The contract against an endpoint of your own: `VERIMESH_TEST_LMM_URL`, `VERIMESH_TEST_LMM_MODEL` and, where it wants one,
/// `VERIMESH_TEST_LMM_KEY`. Skipped where nobody names one, also under CI: a real model is nobody's to presuppose.
class NamedEndpointTest extends ChatContract {
  @BeforeAll
  static void named() {
    if (System.getenv("VERIMESH_TEST_LMM_URL") == null) System.out.println("skipped: no endpoint of your own (set VERIMESH_TEST_LMM_URL)");
    Assumptions.assumeTrue(System.getenv("VERIMESH_TEST_LMM_URL") != null);
  }

  @Override
  protected URI url() {
    return URI.create(System.getenv("VERIMESH_TEST_LMM_URL"));
  }

  @Override
  protected String model() {
    return System.getenv().getOrDefault("VERIMESH_TEST_LMM_MODEL", "default");
  }

  @Override
  protected String key() {
    return System.getenv().getOrDefault("VERIMESH_TEST_LMM_KEY", "");
  }
}
