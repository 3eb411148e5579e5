//! Reference systems: WGS 84 as it is, the common projections brought to it, all others refused.

use geo::MapCoordsInPlace;
use geo_types::{Coord, Geometry};
use proj4rs::Proj;
use std::fmt;

/// Geographic systems whose coordinates agree with WGS 84 within a metre or so: names as in `.prj` files.
const LIKE_WGS84: [&str; 5] = ["wgs1984", "wgs84", "etrs1989", "etrs89", "itrf"];

/// A projection that can be undone.
pub(crate) struct Projection {
    name: String,
    from: Proj,
    to: Proj,
}

impl fmt::Debug for Projection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Projection({})", self.name)
    }
}

impl fmt::Display for Projection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Projection {
    /// The projection of a name such as `EPSG:32633` or `urn:ogc:def:crs:OGC:1.3:CRS84`; `None` for WGS 84.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    pub(crate) fn of_name(name: &str) -> Result<Option<Self>, String> {
        let last = name.rsplit([':', '/']).next().unwrap_or(name);
        match last.to_ascii_uppercase().as_str() {
            "CRS84" | "84" | "CRS84H" | "4326" | "4258" | "4979" => return Ok(None),
            "3857" | "900913" => return Self::new(name, "+proj=merc +a=6378137 +b=6378137 +units=m").map(Some),
            _ => {}
        }
        let code: u32 = last.parse().map_err(|_| "it is neither WGS 84 nor an EPSG code".to_owned())?;
        let (zone, south, ellipsoid) = match code {
            32601..=32660 => (code - 32600, "", "WGS84"),
            32701..=32760 => (code - 32700, " +south", "WGS84"),
            25828..=25838 => (code - 25800, "", "GRS80"),
            _ => return Err(format!("EPSG:{code} is neither WGS 84 nor UTM on WGS 84 or ETRS89")),
        };
        Self::new(name, &format!("+proj=utm +zone={zone}{south} +ellps={ellipsoid} +units=m")).map(Some)
    }

    /// The projection of a `.prj` file (WKT 1); `None` for WGS 84.
    ///
    /// # Errors
    /// Why it cannot be read, in words.
    pub(crate) fn of_wkt(wkt: &str) -> Result<Option<Self>, String> {
        let datum = quoted(wkt, "DATUM").or_else(|| quoted(wkt, "GEOGCS")).unwrap_or_default();
        if !is_like_wgs84(datum) {
            return Err(format!("its datum is `{datum}`, which may lie hundreds of metres off WGS 84"));
        }
        let Some(name) = quoted(wkt, "PROJCS") else { return Ok(None) };
        let method = quoted(wkt, "PROJECTION").unwrap_or_default();
        if wkt_number(wkt, "UNIT").is_some_and(|unit| unit != 1.0) {
            return Err(format!("`{name}` is not in metres"));
        }
        let of = |key: &str, default: f64| parameter(wkt, key).unwrap_or(default);
        match method.to_ascii_lowercase().as_str() {
            "transverse_mercator" | "gauss_kruger" => {
                let definition = format!(
                    "+proj=tmerc +lat_0={} +lon_0={} +k={} +x_0={} +y_0={} +ellps=WGS84 +units=m",
                    of("latitude_of_origin", 0.0),
                    of("central_meridian", 0.0),
                    of("scale_factor", 1.0),
                    of("false_easting", 0.0),
                    of("false_northing", 0.0)
                );
                Self::new(name, &definition).map(Some)
            }
            "mercator_auxiliary_sphere" | "popular_visualisation_pseudo_mercator" => Self::of_name("EPSG:3857"),
            _ => Err(format!("`{name}` uses the projection `{method}`")),
        }
    }

    fn new(name: &str, definition: &str) -> Result<Self, String> {
        let make = |text: &str| Proj::from_proj_string(text).map_err(|error| error.to_string());
        Ok(Self { name: name.to_owned(), from: make(definition)?, to: make("+proj=longlat +ellps=WGS84")? })
    }

    /// Brings a shape to longitude and latitude in degrees.
    ///
    /// # Errors
    /// Why a position cannot be brought there, in words.
    pub(crate) fn to_wgs84(&self, shape: &mut Geometry<f64>) -> Result<(), String> {
        let bring = |c: Coord<f64>| {
            let mut point = (c.x, c.y, 0.0);
            proj4rs::transform::transform(&self.from, &self.to, &mut point)
                .map_err(|error| format!("`{}, {}` cannot be brought from {self} to WGS 84: {error}", c.x, c.y))?;
            Ok(Coord { x: point.0.to_degrees(), y: point.1.to_degrees() })
        };
        match shape {
            Geometry::Point(shape) => shape.try_map_coords_in_place(bring),
            Geometry::MultiPoint(shape) => shape.try_map_coords_in_place(bring),
            Geometry::LineString(shape) => shape.try_map_coords_in_place(bring),
            Geometry::MultiLineString(shape) => shape.try_map_coords_in_place(bring),
            Geometry::Polygon(shape) => shape.try_map_coords_in_place(bring),
            Geometry::MultiPolygon(shape) => shape.try_map_coords_in_place(bring),
            _ => Err("the geometry is of a type that no file has".to_owned()),
        }
    }
}

fn is_like_wgs84(datum: &str) -> bool {
    let plain: String = datum.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    LIKE_WGS84.iter().any(|name| plain.contains(name)) || plain.contains("europeanterrestrialreferencesystem1989")
}

/// The text of `KEY["text"`.
fn quoted<'a>(wkt: &'a str, key: &str) -> Option<&'a str> {
    let from = find(wkt, &format!("{key}[\""))? + key.len() + 2;
    wkt[from..].split('"').next()
}

/// The number of the last `KEY["text",number`: the projected unit stands after the angular one.
fn wkt_number(wkt: &str, key: &str) -> Option<f64> {
    let from = wkt.to_ascii_uppercase().rfind(&format!("{key}[\""))?;
    number_after_quote(&wkt[from + key.len() + 2..])
}

fn parameter(wkt: &str, key: &str) -> Option<f64> {
    let from = find(wkt, &format!("PARAMETER[\"{key}\""))?;
    number_after_quote(&wkt[from + "PARAMETER[\"".len()..])
}

fn number_after_quote(rest: &str) -> Option<f64> {
    let (_, rest) = rest.split_once('"')?;
    rest.trim_start_matches([',', ' ']).split([']', ',']).next()?.trim().parse().ok()
}

fn find(text: &str, part: &str) -> Option<usize> {
    text.to_ascii_uppercase().find(&part.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::Point;

    /// Within 1e-7 degrees, about a centimetre.
    fn check(projection: Projection, x: f64, y: f64, expect: (f64, f64)) {
        let mut shape = Geometry::from(Point::new(x, y));
        projection.to_wgs84(&mut shape).unwrap();
        let Geometry::Point(at) = shape else { panic!("still a point") };
        assert!((at.x() - expect.0).abs() < 1e-7 && (at.y() - expect.1).abs() < 1e-7, "{at:?}");
    }

    #[test]
    fn wgs_84_needs_no_projection() {
        for name in ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4326"] {
            assert!(Projection::of_name(name).unwrap().is_none());
        }
        let prj = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]"#;
        assert!(Projection::of_wkt(prj).unwrap().is_none());
    }

    /// The centre of a zone's equator has easting 500 000 m and northing 0 by definition of UTM.
    #[test]
    fn utm_begins_in_the_middle_of_its_zone() {
        check(Projection::of_name("EPSG:32633").unwrap().unwrap(), 500_000.0, 0.0, (15.0, 0.0));
        check(Projection::of_name("EPSG:32735").unwrap().unwrap(), 500_000.0, 10_000_000.0, (27.0, 0.0));
    }

    /// IOGP Guidance Note 7-2, Transverse Mercator formulas applied to UTM zone 31N by definition: CN Tower, Toronto,
    /// zone 17N 630 084 mE, 4 833 439 mN is 43.642567 N, 79.387139 W to the metre.
    #[test]
    fn a_known_place_comes_back_from_utm() {
        let mut shape = Geometry::from(Point::new(630_084.0, 4_833_439.0));
        Projection::of_name("EPSG:32617").unwrap().unwrap().to_wgs84(&mut shape).unwrap();
        let Geometry::Point(at) = shape else { panic!("still a point") };
        assert!((at.x() + 79.387_139).abs() < 2e-5 && (at.y() - 43.642_567).abs() < 2e-5, "{at:?}");
    }

    #[test]
    fn a_prj_of_utm_gives_the_same_as_its_code() {
        let wkt = concat!(
            r#"PROJCS["WGS_1984_UTM_Zone_33N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,"#,
            r#"298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],"#,
            r#"PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],"#,
            r#"PARAMETER["Central_Meridian",15.0],PARAMETER["Scale_Factor",0.9996],"#,
            r#"PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#
        );
        check(Projection::of_wkt(wkt).unwrap().unwrap(), 500_000.0, 0.0, (15.0, 0.0));
    }

    #[test]
    fn another_datum_or_projection_is_refused_with_its_name() {
        let bessel = r#"GEOGCS["GCS_MGI",DATUM["D_MGI",SPHEROID["Bessel_1841",6377397.155,299.1528128]]]"#;
        assert!(Projection::of_wkt(bessel).unwrap_err().contains("D_MGI"));
        assert!(Projection::of_name("EPSG:31275").unwrap_err().contains("31275"));
        assert!(Projection::of_name("local grid").is_err());
    }
}
