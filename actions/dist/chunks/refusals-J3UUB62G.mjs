import{credentialsRefused,refusalError}from"./chunk-V6OS5IAH.mjs";import"./chunk-UP4OK3OG.mjs";import"./chunk-6MJOMRA4.mjs";import"./chunk-YT4JJS4X.mjs";export{credentialsRefused,refusalError};
