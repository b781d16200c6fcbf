# All images: make images (beside compose.yaml, bake wants --file docker-bake.hcl). Both architectures, pushed:
#   REPOSITORY=registry.example.org/toko TAG=1.2.3 docker buildx bake --file docker-bake.hcl --push --set '*.platform=linux/amd64,linux/arm64'
variable "REPOSITORY" {
  default = "toko"
}
variable "TAG" {
  default = "dev"
}
variable "NODE_IMAGE" {
  default = "node:24-bookworm-slim"
}
variable "REVISION" {
  default = "unknown"
}

group "default" {
  targets = ["service", "cli"]
}

target "service" {
  name   = service
  target = "service"
  matrix = { service = ["user", "product", "order", "payment", "all"] }
  args = {
    SERVICE    = service
    NODE_IMAGE = NODE_IMAGE
    VERSION    = TAG
    REVISION   = REVISION
  }
  tags = ["${REPOSITORY}/${service}:${TAG}"]
}

target "cli" {
  target = "cli"
  args = {
    SERVICE    = "cli"
    WORKSPACE  = "packages/cli"
    NODE_IMAGE = NODE_IMAGE
    VERSION    = TAG
    REVISION   = REVISION
  }
  tags = ["${REPOSITORY}/cli:${TAG}"]
}
