package verimesh.metadata.exif;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SoftwareTest {
  @ParameterizedTest @ValueSource(strings = {
    "Adobe Photoshop CC 2019 (Macintosh)", "Adobe Photoshop Elements 2.0", "Adobe Photoshop Lightroom Classic 13.2 (Windows)", "Adobe Photoshop Camera Raw 15.0", "GIMP 2.10.34",
    "Paint.NET v3.5.10", "paint.net 5.0.3", "Affinity Photo 2.4.0", "Pixelmator Pro 3.5", "Capture One 23 Macintosh", "DxO PhotoLab 7", "ON1 Photo RAW 2024", "Luminar 4",
    "darktable 4.4.2", "RawTherapee 5.9", "digiKam-7.1.0", "Picasa", "ACDSee Pro 9", "IrfanView", "XnView", "Corel PaintShop Pro", "PhotoScape", "Snapseed 2.0", "VSCO", "PicsArt",
    "Canva", "Polarr Photo Editor", "Photopea", "Microsoft Windows Photo Viewer 6.1.7600.16385", "Windows Photo Editor 10.0.10011.16384", "Microsoft Windows Live Photo Gallery14.0",
    "Photos 1.5", "QuickTime 7.7.1", "ImageMagick 6.9.10", "Matplotlib version3.8.2, https://matplotlib.org/", "Topaz Photo AI 2.1", "Adobe ImageReady", "Capture NX 2.4.7 M", "Aperture 3.6",
    "Digital Photo Professional", "Adobe Illustrator 27.0"})
  void editorsAreEditors(String value) {
    assertThat(Software.kind(value, "Canon EOS 6D")).isEqualTo(Software.EDITOR);
  }

  @ParameterizedTest @CsvSource(delimiter = '|', textBlock = """
      1.00                                     | EX-S1
      Ver.1.0                                  | DMC-LC40
      Ver.1.03                                 | NIKON D7000
      Ver 1.12                                 | hp photosmart 735
      Version 1.3                              | E-P3
      V113p-73                                 | SX113
      v321-78                                  | u30D,S300D,u300D
      V100-02                                  | DiMAGE X
      E775v1.4u                                | E775
      14.3                                     | iPhone 12 Pro
      17.1.2                                   | iPhone 15 Pro
      HDR+ 1.0.199571065z                      | Pixel
      HDR+ 1.0.641377609zd                     | Pixel 9 Pro
      J327T1UVS4ASH2                           | SM-J327T1
      S921BXXS4AXK2                            | SM-S921B
      fw 05.15 prm 07.53                       | GT-I9000
      Digital Camera FinePix1400Zoom Ver1.00   | FinePix1400Zoom
      Digital Camera MX-1700ZOOM Ver1.00       | MX-1700ZOOM
      Digital Camera X-T3 Ver4.00              | X-T3
      ILCE-7CM2 v2.01                          | ILCE-7CM2
      DSLR-A100 v1.00                          | DSLR-A100
      Optio S4 Ver 1.00                        | PENTAX Optio S4
      PENTAX K-5 Ver 1.14                      | PENTAX K-5
      QKQ1.190825.002                          | Mi 9T
      MMB29M                                   | Nexus 5
      OnePlus3-user 6.0.1 MMB29M 14 dev-keys   | ONEPLUS A3003""")
  void firmwareIsNoEditor(String value, String model) {
    assertThat(Software.kind(value, model)).isEqualTo(Software.FIRMWARE);
  }

  @ParameterizedTest @ValueSource(strings = {"Nikon Transfer 1.1 W", "OLYMPUS CAMEDIA Master", "FinePix Viewer", "PMB Service Uploader", "ACD Systems Digital Imaging"})
  void transferToolsOnlyPassOn(String value) {
    assertThat(Software.kind(value, "")).isEqualTo(Software.TRANSFER);
  }

  @ParameterizedTest @ValueSource(strings = {"NovelAI Diffusion V4.5 C02D4F98", "Fooocus v2.5.5", "Google", "ArtBot - Create images with Stable Diffusion, utilizing the AI Horde", ""})
  void aiToolsAreNoEditors(String value) {
    assertThat(Software.kind(value, "")).isEqualTo(Software.OTHER);
  }

  @Test void whatSomebodyTypedInACaptionNamesNoEditor() {
    assertThat(Software.editorIn("My talk on why Photoshop and midjourney are not art")).isEmpty();
    assertThat(Software.editorIn("Created with GIMP")).contains("GIMP");
    assertThat(Software.editorIn("GIMPで作成")).contains("GIMP");
    assertThat(Software.editorIn("Generator: Adobe Illustrator 27.0, SVG Export Plug-In")).contains("Adobe Illustrator 27.0, SVG Export Plug-In");
  }
}
