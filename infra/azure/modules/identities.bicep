// Who the processes are. Each has an identity of its own, so that each may do only what it has to.

param location string
param tags object
param base string

resource feedIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${base}-feed'
  location: location
  tags: tags
}

resource liveIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${base}-live'
  location: location
  tags: tags
}

resource workerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${base}-worker'
  location: location
  tags: tags
}

resource gatewayIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${base}-gateway'
  location: location
  tags: tags
}

resource scorerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${base}-scorer'
  location: location
  tags: tags
}

output feed object = {
  id: feedIdentity.id
  clientId: feedIdentity.properties.clientId
  principalId: feedIdentity.properties.principalId
}
output live object = {
  id: liveIdentity.id
  clientId: liveIdentity.properties.clientId
  principalId: liveIdentity.properties.principalId
}
output worker object = {
  id: workerIdentity.id
  clientId: workerIdentity.properties.clientId
  principalId: workerIdentity.properties.principalId
}
output gateway object = {
  id: gatewayIdentity.id
  clientId: gatewayIdentity.properties.clientId
  principalId: gatewayIdentity.properties.principalId
}
output scorer object = {
  id: scorerIdentity.id
  clientId: scorerIdentity.properties.clientId
  principalId: scorerIdentity.properties.principalId
}
