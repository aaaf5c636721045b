/// The version of the product, in the footer of every page and in `lantern --version`.
package let productVersion = "0.1.0"
